require "socket"

# Answers GET requests, one thread for each: enough for an example, and without a gem that has to be downloaded.
class HTTP
  def initialize(port)
    @socket = TCPServer.new("0.0.0.0", port)
  end

  def run(&answer)
    loop do
      Thread.new(@socket.accept) { |client| serve(client, answer) }
    end
  end

  private

  def serve(client, answer)
    path = client.gets.to_s.split[1] || "/"
    while (line = client.gets) && line != "\r\n"; end
    body = answer.call(path)
    client.write "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: #{body.bytesize}\r\n" \
                 "Connection: close\r\n\r\n#{body}"
  ensure
    client.close
  end
end
