Gem::Specification.new do |spec|
  spec.name = "greeting"
  spec.version = "1.0.0"
  spec.summary = "Greets by name"
  spec.authors = ["Example"]
  spec.license = "MIT"
  spec.files = ["lib/greeting.rb"]
end
