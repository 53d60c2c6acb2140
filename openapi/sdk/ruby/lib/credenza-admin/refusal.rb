# frozen_string_literal: true

require 'json'

module CredenzaAdmin
  class ApiError
    # What a call was refused for (RFC 9457). There is none where no answer came, or one that is not of the API: that of a
    # proxy, for instance.
    def problem
      return unless response_headers&.fetch('content-type', '').to_s.start_with?('application/problem+json')

      Problem.build_from_hash(JSON.parse(response_body))
    rescue JSON::ParserError
      nil
    end
  end

  class Problem
    # The last part of the problem's type, such as not-found: what a program compares.
    def kind
      type.split('/').last
    end
  end
end
