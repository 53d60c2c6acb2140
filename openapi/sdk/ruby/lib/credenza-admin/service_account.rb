# frozen_string_literal: true

require 'json'
require 'net/http'
require 'uri'

module CredenzaAdmin
  # An answer of the token endpoint that is no token (RFC 6749 5.2): its status, and the registered error code.
  class TokenError < StandardError
    attr_reader :status, :code

    def initialize(status, code, description)
      super("no access token: #{[code, "(#{status})", description].compact.join(' ')}")
      @status = status
      @code = code
    end
  end

  # Gets tokens by the credentials of a service account (RFC 6749 4.4). A token is kept until shortly before it expires, and
  # whoever needs one while it is being fetched waits for that one. The token endpoint is found by discovery.
  class ServiceAccount
    def initialize(issuer, client_id, client_secret, scope: nil, resource: nil)
      @issuer = issuer.chomp('/')
      @credentials = [client_id, client_secret].map { |text| URI.encode_www_form_component(text) }
      @form = { grant_type: 'client_credentials', resource: resource || "#{@issuer}/admin", scope: scope }.compact
      @mutex = Mutex.new
    end

    # A token that is valid now.
    def token
      @mutex.synchronize { @token && now < @renew ? @token : ask }
    end

    # Says that a token was not accepted (401), so that it is not given out again.
    def refused(token)
      @mutex.synchronize { @token = nil if @token == token }
    end

    private

    def ask
      asked = now
      request = Net::HTTP::Post.new(discover)
      request.basic_auth(*@credentials)
      request.set_form_data(@form)
      status, answer = send_request(request)
      unless status == 200 && answer['access_token']
        raise TokenError.new(status, answer['error'] || 'no token in the answer', answer['error_description'])
      end

      lifetime = answer.fetch('expires_in', 0)
      # A tenth of its life, and at most half a minute, is left for the calls under way.
      @renew = asked + lifetime - [lifetime / 10.0, 30].min
      @token = answer['access_token']
    end

    # OpenID Connect Discovery 4.
    def discover
      @endpoint ||= begin
        status, metadata = send_request(Net::HTTP::Get.new(URI("#{@issuer}/.well-known/openid-configuration")))
        raise "discovery of #{@issuer}: status #{status}" unless status == 200

        said = metadata['issuer'].to_s.chomp('/')
        raise "discovery of #{@issuer} answers for the issuer #{said}" unless said == @issuer

        URI(metadata.fetch('token_endpoint'))
      end
    end

    def send_request(request)
      uri = request.uri
      options = { use_ssl: uri.scheme == 'https', open_timeout: 10, read_timeout: 30 }
      response = Net::HTTP.start(uri.host, uri.port, options) { |http| http.request(request) }
      [response.code.to_i, parsed(response.body)]
    end

    def parsed(body)
      value = JSON.parse(body.to_s)
      value.is_a?(Hash) ? value : {}
    rescue JSON::ParserError
      {}
    end

    def now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
