# Greets by name.
module Greeting
  def self.to(name)
    "#{ENV.fetch("GREETING", "Hello")}, #{name}!"
  end
end
