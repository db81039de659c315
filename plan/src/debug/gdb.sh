# shellcheck shell=sh
#
# With its libraries and their loader, it needs nothing of the image. `libthread_db` is what it opens to see threads.
cp "$(find /tmp/root -type f -path '*/bin/gdbserver')" /out/gdbserver
for name in 'ld-linux*.so.*' 'ld64.so.*' 'libc.so.6' 'libdl.so.2' 'libgcc_s.so.1' 'libm.so.6' 'libpthread.so.0' \
  'libstdc++.so.6' 'libthread_db.so.1'; do
  find /tmp/root -path '*/lib/*' -name "$name" -exec cp -L {} /out/ \;
done
for loader in /out/ld*; do mv "$loader" /out/loader; done
chmod 755 /out/loader
find /out -exec touch -h -d @315532800 {} +
