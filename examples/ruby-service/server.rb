require "greeting"
require_relative "lib/http"

Signal.trap("TERM") { exit 0 }
HTTP.new(8080).run do |path|
  path == "/healthz" ? "ok" : Greeting.to(path.delete_prefix("/"))
end
