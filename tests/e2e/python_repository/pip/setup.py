from setuptools import setup

setup(name="whole", version=open("VERSION").read().strip(), py_modules=["whole"], install_requires=["idna==3.10"])
