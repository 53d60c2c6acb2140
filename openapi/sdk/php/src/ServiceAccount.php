<?php

declare(strict_types=1);

namespace Credenza\Admin;

use GuzzleHttp\Client;
use GuzzleHttp\ClientInterface;

/**
 * Gets tokens by the credentials of a service account (RFC 6749 4.4). A token is kept until shortly before it expires, for as
 * long as this object lives: PHP has no memory beyond a request, so keep the token elsewhere if each of them makes few calls.
 * The token endpoint is found by discovery.
 */
final class ServiceAccount implements TokenSource
{
    private string $issuer;
    private ?string $endpoint = null;
    private ?string $token = null;
    private float $renew = 0;

    public function __construct(
        string $issuer,
        private string $clientId,
        private string $clientSecret,
        private ?string $scope = null,
        private ?string $resource = null,
        private ClientInterface $http = new Client(['http_errors' => false, 'connect_timeout' => 10, 'timeout' => 30]),
    ) {
        $this->issuer = rtrim($issuer, '/');
    }

    public function token(): string
    {
        if ($this->token === null || microtime(true) >= $this->renew) {
            $this->ask();
        }
        return $this->token;
    }

    public function refused(string $token): void
    {
        if ($this->token === $token) {
            $this->token = null;
        }
    }

    private function ask(): void
    {
        $asked = microtime(true);
        $form = ['grant_type' => 'client_credentials', 'resource' => $this->resource ?? $this->issuer . '/admin'];
        if ($this->scope !== null) {
            $form['scope'] = $this->scope;
        }
        $response = $this->http->request('POST', $this->discover(), [
            // RFC 6749 2.3.1: both are encoded as in a form.
            'auth' => [urlencode($this->clientId), urlencode($this->clientSecret)],
            'form_params' => $form,
            'http_errors' => false,
        ]);
        $answer = json_decode((string) $response->getBody(), true) ?: [];
        if ($response->getStatusCode() !== 200 || !is_string($answer['access_token'] ?? null)) {
            $error = $answer['error'] ?? 'no token in the answer';
            throw new TokenException($response->getStatusCode(), $error, $answer['error_description'] ?? null);
        }
        $lifetime = $answer['expires_in'] ?? 0;
        $this->token = $answer['access_token'];
        // A tenth of its life, and at most half a minute, is left for the calls under way.
        $this->renew = $asked + $lifetime - min($lifetime / 10, 30);
    }

    /** OpenID Connect Discovery 4. */
    private function discover(): string
    {
        if ($this->endpoint === null) {
            $address = $this->issuer . '/.well-known/openid-configuration';
            $metadata = json_decode((string) $this->http->request('GET', $address)->getBody(), true) ?: [];
            $said = $metadata['issuer'] ?? '';
            if (rtrim($said, '/') !== $this->issuer || !isset($metadata['token_endpoint'])) {
                throw new \RuntimeException("discovery of {$this->issuer} answers for the issuer \"$said\"");
            }
            $this->endpoint = $metadata['token_endpoint'];
        }
        return $this->endpoint;
    }
}
