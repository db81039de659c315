# Puts beside the sources those modules of the package that they lack, and forgets the others: a program finds its
# sources first. Its arguments: the folders that modules are
# found in, relative to the project's. `/tmp/sources` lists the files that were there before the build.
import glob, os, shutil, sys
roots = sys.argv[1:]
with open('/tmp/sources', errors='surrogateescape') as list:
    known = {os.path.normpath(line.rstrip('\n')) for line in list}
above = {os.path.dirname(path) + '/' for path in known}
app = os.environ['SLIPWAY_APP']
[site] = glob.glob(app + '/.venv/lib/python3*/site-packages')
for folder, folders, files in os.walk(site):
    if folder == site:
        folders[:] = [name for name in folders if not name.endswith('.dist-info')]
        files = [name for name in files if not name.endswith('.pth')]
    for name in files:
        path = os.path.join(folder, name)
        place = os.path.relpath(path, site)
        if any(os.path.normpath(os.path.join(root, place)) in known for root in roots):
            os.remove(path)
            continue
        first = place.split('/')[0]
        near = [root for root in roots if any(part.startswith(os.path.normpath(os.path.join(root, first)) + '/') for part in above)]
        place = os.path.join(app, (near or roots)[0], place)
        os.makedirs(os.path.dirname(place), exist_ok=True)
        shutil.move(path, place)
for folder, folders, files in os.walk(site, topdown=False):
    if folder != site and not os.listdir(folder):
        os.rmdir(folder)
for record in glob.glob(site + '/*.dist-info/RECORD'):
    with open(record) as lines:
        kept = [line for line in lines if os.path.exists(os.path.join(site, line.split(',')[0]))]
    with open(record, 'w') as lines:
        lines.writelines(kept)
