<?php

declare(strict_types=1);

namespace Credenza\Admin;

use GuzzleHttp\Exception\ConnectException;
use GuzzleHttp\Exception\RequestException;
use GuzzleHttp\Promise\Create;
use GuzzleHttp\Promise\PromiseInterface;
use Psr\Http\Message\RequestInterface;
use Psr\Http\Message\ResponseInterface;

/** Adds the access token and, at creations, an Idempotency-Key, and tries again what may be tried again. */
final class Calls
{
    public function __construct(private TokenSource $tokens, private int $attempts = 4, private int $longest = 60)
    {
    }

    /** The handler of Guzzle with this before it. */
    public function __invoke(callable $handler): callable
    {
        return function (RequestInterface $request, array $options) use ($handler): PromiseInterface {
            try {
                return Create::promiseFor($this->carryOut($handler, $request, $options));
            } catch (\Throwable $error) {
                return Create::rejectionFor($error);
            }
        };
    }

    private function carryOut(callable $handler, RequestInterface $request, array $options): ResponseInterface
    {
        $method = $request->getMethod();
        $address = $method . ' ' . $request->getUri()->getPath();
        $creation = array_filter(Facts::CREATIONS, fn (string $one) => preg_match($one, $address)) !== [];
        if ($creation && !$request->hasHeader('Idempotency-Key')) {
            $request = $request->withHeader('Idempotency-Key', bin2hex(random_bytes(16)));
        }
        $repeatable = $creation || in_array($method, ['GET', 'PUT', 'DELETE'], true);
        $renewed = false;
        for ($attempt = 1;; $attempt++) {
            $token = $this->tokens->token();
            [$response, $error] = $this->try($handler, $request->withHeader('Authorization', "Bearer $token"), $options);
            if ($response?->getStatusCode() === 401 && !$renewed) {
                // It may have been revoked, or the provider's keys are new: once more with another token.
                $renewed = true;
                $this->tokens->refused($token);
                if ($this->tokens->token() !== $token) {
                    $attempt--;
                    continue;
                }
            }
            $wait = $this->waitBefore($attempt, $response);
            $again = $response === null ? $repeatable : $this->mayRepeat($response, $creation, $repeatable);
            if ($attempt >= $this->attempts || $wait > $this->longest || !$again) {
                return $response ?? throw $error;
            }
            usleep((int) ($wait * 1_000_000));
        }
    }

    /** @return array{?ResponseInterface, ?\Throwable} */
    private function try(callable $handler, RequestInterface $request, array $options): array
    {
        $request->getBody()->rewind();
        try {
            return [$handler($request, $options)->wait(), null];
        } catch (ConnectException | RequestException $error) {
            return [null, $error];
        }
    }

    /**
     * What was refused for now (429, 503) was not carried out. Where it is not known whether it was, only what may be carried
     * out twice is repeated: by its method, or by its Idempotency-Key.
     */
    private function mayRepeat(ResponseInterface $response, bool $creation, bool $repeatable): bool
    {
        return match ($response->getStatusCode()) {
            429, 503 => true,
            502, 504 => $repeatable,
            // An earlier attempt with the same key is still being carried out.
            409 => $creation && str_contains((string) $response->getBody(), '/problems/idempotency-key-in-use'),
            default => false,
        };
    }

    /**
     * What Retry-After says (RFC 9110 10.2.3), or else twice as long each time, and by chance somewhat less, so that callers
     * do not come back together.
     */
    private function waitBefore(int $attempt, ?ResponseInterface $response): float
    {
        $said = $response?->getHeaderLine('Retry-After') ?? '';
        if (ctype_digit($said)) {
            return (float) $said;
        }
        $date = $said === '' ? false : strtotime($said);
        if ($date !== false) {
            return (float) max(0, $date - time());
        }
        $most = min(8, 0.25 * 2 ** $attempt);
        return $most / 2 + $most / 2 * random_int(0, 1000) / 1000;
    }
}
