<?php

declare(strict_types=1);

namespace Credenza\Admin;

use GuzzleHttp\Client;
use GuzzleHttp\HandlerStack;

/**
 * The admin API of the tenant with this issuer, such as https://id.example.com/t/acme:
 * $admin->api(Api\UsersApi::class)->listUsers().
 */
final class Admin
{
    private Client $client;
    private Configuration $configuration;

    public function __construct(string $issuer, TokenSource $tokens, int $attempts = 4)
    {
        $stack = HandlerStack::create();
        // The last one added is the nearest to the network.
        $stack->push(new Calls($tokens, $attempts), 'credenza');
        $this->client = new Client(['handler' => $stack, 'connect_timeout' => 10]);
        $this->configuration = (new Configuration())
            ->setHost(rtrim($issuer, '/'))
            ->setUserAgent('credenza-admin-php/' . Facts::VERSION);
    }

    /**
     * The operations of a class.
     *
     * @template T of object
     * @param class-string<T> $class
     * @return T
     */
    public function api(string $class): object
    {
        return new $class($this->client, $this->configuration);
    }

    /**
     * Every item of a list, page by page as they are needed:
     * Admin::paginate(fn (?string $cursor) => $users->listUsers(cursor: $cursor)).
     *
     * @return \Generator<int, mixed>
     */
    public static function paginate(callable $list): \Generator
    {
        $cursor = null;
        do {
            $page = $list($cursor);
            foreach ($page->getItems() as $item) {
                yield $item;
            }
            $cursor = $page->getNextCursor();
        } while ($cursor !== null);
    }

    /** The entity tag of what was read, for If-Match. */
    public static function etag(object $record): string
    {
        return '"' . $record->getVersion() . '"';
    }

    /**
     * What a call was refused for (RFC 9457). There is none where no answer came, or one that is not of the API: that of a
     * proxy, for instance.
     */
    public static function problem(ApiException $error): ?Model\Problem
    {
        $said = json_decode((string) $error->getResponseBody());
        if (!is_object($said) || !isset($said->type, $said->title)) {
            return null;
        }
        return ObjectSerializer::deserialize($said, Model\Problem::class, []);
    }

    /** The last part of a problem's type, such as not-found: what a program compares. */
    public static function kind(ApiException $error): ?string
    {
        $type = self::problem($error)?->getType();
        return $type === null ? null : basename($type);
    }
}
