# Puts files beside the modules of a package that stand there in the repository and that its build has left out.
# Managers install a package of the repository as a link to its folder, so a program finds them where it is written,
# whatever the package's settings say of data. Its arguments: the folders that modules may be in.
import glob, os, shutil, sys
with open('/tmp/sources', errors='surrogateescape') as list:
    known = {os.path.normpath(line.rstrip('\n')) for line in list}
[site] = glob.glob(os.environ['SLIPWAY_APP'] + '/.venv/lib/python3*/site-packages')
for name in sorted(os.listdir(site)):
    if name.endswith('.dist-info') or not os.path.isdir(os.path.join(site, name)):
        continue
    root = next((root for root in sys.argv[1:] if os.path.isdir(os.path.join(root, name))), None)
    above = os.path.normpath(os.path.join(root, name)) + '/' if root else None
    for path in sorted(known):
        inside = path[len(above):] if above and path.startswith(above) else ''
        parts = inside.split('/')
        if not inside or any(part.startswith('.') or part == '__pycache__' for part in parts):
            continue
        place = os.path.join(site, name, inside)
        if not os.path.lexists(place):
            os.makedirs(os.path.dirname(place), exist_ok=True)
            shutil.copy(path, place)
