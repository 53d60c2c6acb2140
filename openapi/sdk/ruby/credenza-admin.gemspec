# frozen_string_literal: true

Gem::Specification.new do |spec|
  spec.name = 'credenza-admin'
  spec.version = '@VERSION@'
  spec.summary = 'The admin API of Credenza'
  spec.description = 'Tenants, clients, users and keys of Credenza, by service accounts'
  spec.authors = ['Credenza']
  spec.license = 'Apache-2.0'
  spec.required_ruby_version = '>= 3.0'
  spec.files = Dir['lib/**/*.rb', 'README.md', 'LICENSE']
  spec.add_dependency 'faraday', '>= 1.1', '< 3'
  spec.add_dependency 'faraday-multipart', '~> 1.0'
  spec.add_dependency 'marcel', '~> 1.0'
end
