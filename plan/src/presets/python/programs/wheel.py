# Calls the hooks of a build backend; see <https://peps.python.org/pep-0517/#build-backend-interface>. Its arguments:
# `here` or `everywhere`, where the wheel will be used; the backend; its folders.
import importlib, importlib.metadata, os, re, sys
kind, backend, *folders = sys.argv[1:]
sys.path[:0] = [os.path.join(os.getcwd(), folder) for folder in folders] or ([os.getcwd()] if '__legacy__' in backend else [])
module, _, names = backend.partition(':')
hooks = importlib.import_module(module)
for name in names.split('.') if names else []:
    hooks = getattr(hooks, name)
wanted = getattr(hooks, 'get_requires_for_build_wheel', lambda settings: [])(None)
for requirement in wanted:
    name = re.match(r'[A-Za-z0-9._-]+', requirement)[0]
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        sys.exit(f'The build of this package wants {requirement}, too: add it to build-system.requires in its pyproject.toml.')
os.makedirs('/tmp/wheels')
wheel = hooks.build_wheel('/tmp/wheels')
print(wheel)
if kind == 'everywhere' and not wheel.endswith('-none-any.whl'):
    sys.exit('This wheel is made for the platform that it was built on, but an image is for another one: build each platform on a machine of its own.')
