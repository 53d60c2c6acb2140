# frozen_string_literal: true

require 'faraday'
require 'securerandom'
require 'time'

module CredenzaAdmin
  # Adds the access token and, at creations, an Idempotency-Key, and tries again what may be tried again.
  class Calls < Faraday::Middleware
    def initialize(app, tokens, attempts: 4, longest: 60)
      super(app)
      @tokens = tokens
      @attempts = attempts
      @longest = longest
    end

    def call(env)
      method = env[:method].to_s.upcase
      creation = CREATIONS.any? { |one| one.match?("#{method} #{env[:url].path}") }
      env[:request_headers]['Idempotency-Key'] ||= SecureRandom.uuid if creation
      carry_out(env, env[:body], creation, creation || %w[GET PUT DELETE].include?(method))
    end

    private

    def carry_out(env, body, creation, repeatable)
      renewed = false
      attempt = 1
      loop do
        token = @tokens.token
        response, error = try(env, body, token)
        if response&.status == 401 && !renewed
          # It may have been revoked, or the provider's keys are new: once more with another token.
          renewed = true
          @tokens.refused(token)
          next if @tokens.token != token
        end
        wait = wait_before(attempt, response)
        again = response ? may_repeat?(response, creation, repeatable) : repeatable
        if attempt >= @attempts || wait > @longest || !again
          raise error if error

          return response
        end
        sleep(wait)
        attempt += 1
      end
    end

    def try(env, body, token)
      env[:body] = body
      env[:request_headers]['Authorization'] = "Bearer #{token}"
      [@app.call(env), nil]
    rescue Faraday::ConnectionFailed, Faraday::TimeoutError => e
      [nil, e]
    end

    # What was refused for now (429, 503) was not carried out. Where it is not known whether it was, only what may be carried
    # out twice is repeated: by its method, or by its Idempotency-Key.
    def may_repeat?(response, creation, repeatable)
      case response.status
      when 429, 503 then true
      when 502, 504 then repeatable
      # An earlier attempt with the same key is still being carried out.
      when 409 then creation && response.body.to_s.include?('/problems/idempotency-key-in-use')
      else false
      end
    end

    # What Retry-After says (RFC 9110 10.2.3), or else twice as long each time, and by chance somewhat less, so that callers
    # do not come back together.
    def wait_before(attempt, response)
      said = response && response.headers['Retry-After']
      return said.to_i if said&.match?(/\A\d+\z/)

      begin
        return [Time.httpdate(said) - Time.now, 0].max if said
      rescue ArgumentError
        # Not a date either: as if it were not there.
      end
      most = [8, 0.25 * (2**attempt)].min
      rand((most / 2.0)..most)
    end
  end
end
