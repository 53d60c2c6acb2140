# frozen_string_literal: true

require 'credenza-admin/service_account'
require 'credenza-admin/calls'
require 'credenza-admin/refusal'

module CredenzaAdmin
  # The client of the tenant with this issuer, such as https://id.example.com/t/acme, for the classes of operations:
  # UsersApi.new(CredenzaAdmin.client(issuer, tokens)).
  def self.client(issuer, tokens, attempts: 4)
    uri = URI(issuer)
    config = Configuration.new
    config.scheme = uri.scheme
    config.host = "#{uri.host}:#{uri.port}"
    config.base_path = uri.path
    config.server_index = nil
    config.configure_faraday_connection { |connection| connection.use(Calls, tokens, attempts: attempts) }
    client = ApiClient.new(config)
    client.user_agent = "credenza-admin-ruby/#{VERSION}"
    client
  end

  # Every item of a list, page by page as they are needed:
  # CredenzaAdmin.paginate { |page| users.list_users({ limit: 200, **page }) }.each { … }
  def self.paginate
    Enumerator.new do |items|
      cursor = nil
      loop do
        page = yield(cursor ? { cursor: cursor } : {})
        page.items.each { |item| items << item }
        cursor = page.next_cursor
        break unless cursor
      end
    end.lazy
  end

  # The entity tag of what was read, for If-Match.
  def self.etag(record)
    "\"#{record.version}\""
  end
end
