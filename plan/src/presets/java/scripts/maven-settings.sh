# shellcheck shell=sh
# shellcheck disable=SC2002 # the file need not be there
# shellcheck disable=SC2034 # maven-fetch.sh reads `settings`
#
# Plugins and dependencies of every module: what the build step runs is run here on classes that do nothing, since
# `go-offline` alone misses what plugins ask for while they run.
#
# Plugins that check sources (their format, their headers) may fail on such. Then all of it runs once more with Maven
# told to go on where one does, by an extension of ours, for which Maven has a place since 3.9; it overlooks classes
# that are newer than it is, so this is one of the oldest kind. For what cannot be had so either there is
# `go-offline`.
#
# Downloads of earlier runs are a repository in a folder, which is asked first: so Maven itself picks what this
# project needs from them, and the layer holds that and nothing else. What would change from run to run is taken out,
# so that the layer changes with its contents alone.
settings=
case " $(cat .mvn/maven.config 2>/dev/null | tr '\n' ' ') $* " in
  *' -gs'* | *' --global-settings'*) ;;
  *)
    maven=$(readlink -f "$(command -v mvn || echo /mvn)")
    prepare="$prepare settings ${maven%/bin/mvn}/conf/settings.xml /var/cache/maven /dev/shm/settings.xml"
    settings='-gs /dev/shm/settings.xml'
    ;;
esac
