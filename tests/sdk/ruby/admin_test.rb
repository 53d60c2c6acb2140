# frozen_string_literal: true

# The library for Ruby against a live server, and a proxy that fails.
require 'minitest/autorun'
require 'securerandom'
require 'credenza-admin'

class AdminTest < Minitest::Test
  ISSUER = ENV.fetch('SDK_ISSUER')

  def account(id = ENV.fetch('SDK_CLIENT_ID'), secret = ENV.fetch('SDK_CLIENT_SECRET'))
    CredenzaAdmin::ServiceAccount.new(ISSUER, id, secret)
  end

  def users
    @users ||= CredenzaAdmin::UsersApi.new(CredenzaAdmin.client(ISSUER, account))
  end

  def fresh
    "rb-#{SecureRandom.hex(4)}"
  end

  def fail_next(**words)
    Net::HTTP.post(URI("#{ISSUER}/_proxy/fail?#{URI.encode_www_form(words)}"), '')
  end

  def seen(method, path)
    text = Net::HTTP.get(URI("#{ISSUER}/_proxy/seen?#{URI.encode_www_form(method: method, path: path)}"))
    text.lines.map(&:split)
  end

  def test_every_user_is_listed_once_page_by_page
    names = CredenzaAdmin.paginate { |page| users.list_users({ limit: 70, **page }) }.map(&:username).to_a
    assert_equal names.uniq.size, names.size
    assert_equal 300, names.count { |name| name.start_with?('seed-') }
  end

  def test_null_takes_away_and_what_is_stale_is_refused
    claims = CredenzaAdmin::StandardClaims.new(nickname: 'Al', given_name: 'Ada')
    user = users.create_user(CredenzaAdmin::NewUser.new(username: fresh, claims: claims))
    patch = CredenzaAdmin::UserPatch.new(claims: CredenzaAdmin::StandardClaims.new(nickname: nil))
    changed = users.update_user(user.user_id, CredenzaAdmin.etag(user), patch)
    assert_nil changed.claims.nickname
    assert_equal 'Ada', changed.claims.given_name

    stale = assert_raises(CredenzaAdmin::ApiError) { users.update_user(user.user_id, CredenzaAdmin.etag(user), patch) }
    assert_equal [412, 'stale'], [stale.code, stale.problem.kind]
    missing = assert_raises(CredenzaAdmin::ApiError) { users.get_user('nobody') }
    assert_equal [404, 'not-found'], [missing.code, missing.problem.kind]
  end

  def test_what_is_refused_for_now_is_tried_again_when_retry_after_says
    id = users.create_user(CredenzaAdmin::NewUser.new(username: fresh)).user_id
    fail_next(method: 'GET', path: "/users/#{id}", times: 1, status: 429, retry_after: 1)
    fail_next(method: 'GET', path: "/users/#{id}", times: 1, status: 503)
    assert_equal id, users.get_user(id).user_id
    times = seen('GET', "/users/#{id}").map { |at, _| at.to_i }
    assert_equal 3, times.size
    assert_operator times[1] - times[0], :>=, 950
  end

  def test_a_creation_whose_answer_is_lost_is_carried_out_once
    name = fresh
    before = seen('POST', '/admin/v1/users').size
    fail_next(method: 'POST', path: '/admin/v1/users', times: 1, lost: 'after')
    user = users.create_user(CredenzaAdmin::NewUser.new(username: name))
    first, second, *more = seen('POST', '/admin/v1/users').drop(before).map(&:last)
    assert_empty more
    refute_equal '-', first
    assert_equal first, second
    assert_equal [user.user_id], users.list_users(username: name).items.map(&:user_id)
  end

  def test_a_token_is_fetched_once_for_all_who_wait
    before = seen('POST', '/token').size
    own = CredenzaAdmin::UsersApi.new(CredenzaAdmin.client(ISSUER, account))
    pages = Array.new(50) { Thread.new { own.list_users(limit: 1) } }.map(&:value)
    assert(pages.all? { |page| page.items.size == 1 })
    assert_equal 1, seen('POST', '/token').size - before
  end

  def test_a_wrong_secret_is_told
    refused = assert_raises(CredenzaAdmin::TokenError) { account('sdk', 'wrong').token }
    assert_equal 'invalid_client', refused.code
  end
end
