<?php

declare(strict_types=1);

// The library for PHP against a live server, and a proxy that fails.

namespace Credenza\Admin;

use Credenza\Admin\Api\UsersApi;
use Credenza\Admin\Model\NewUser;
use Credenza\Admin\Model\StandardClaims;
use Credenza\Admin\Model\UserPatch;

require 'GuzzleHttp/autoload.php';

spl_autoload_register(function (string $class): void {
    if (str_starts_with($class, 'Credenza\\Admin\\')) {
        $name = substr($class, strlen('Credenza\\Admin\\'));
        require getenv('SDK_PACKAGE') . '/src/' . str_replace('\\', '/', $name) . '.php';
    }
});

$issuer = getenv('SDK_ISSUER');
$account = fn (string $secret) => new ServiceAccount($issuer, getenv('SDK_CLIENT_ID'), $secret);
$users = (new Admin($issuer, $account(getenv('SDK_CLIENT_SECRET'))))->api(UsersApi::class);

function same(mixed $wanted, mixed $given): void
{
    if ($wanted !== $given) {
        throw new \RuntimeException('wanted ' . json_encode($wanted) . ', and it is ' . json_encode($given));
    }
}

function refused(callable $call): ApiException
{
    try {
        $call();
    } catch (ApiException $error) {
        return $error;
    }
    throw new \RuntimeException('it was not refused');
}

$fresh = fn () => 'php-' . bin2hex(random_bytes(4));
$fail = fn (array $words) => file_get_contents(
    "$issuer/_proxy/fail?" . http_build_query($words),
    false,
    stream_context_create(['http' => ['method' => 'POST']]),
);
$seen = fn (string $method, string $path) => array_map(
    fn (string $line) => explode(' ', $line),
    array_filter(explode("\n", file_get_contents("$issuer/_proxy/seen?" . http_build_query(compact('method', 'path'))))),
);

$tests = [
    'every user is listed once, page by page' => function () use ($users) {
        $seeds = 0;
        foreach (Admin::paginate(fn (?string $cursor) => $users->listUsers(limit: 70, cursor: $cursor)) as $user) {
            $seeds += str_starts_with($user->getUsername(), 'seed-') ? 1 : 0;
        }
        same(300, $seeds);
    },
    'null takes away, and what is stale is refused' => function () use ($users, $fresh) {
        $claims = new StandardClaims(['nickname' => 'Al', 'given_name' => 'Ada']);
        $user = $users->createUser(new NewUser(['username' => $fresh(), 'claims' => $claims]));
        $patch = new UserPatch(['claims' => (new StandardClaims())->setNickname(null)]);
        $changed = $users->updateUser($user->getUserId(), Admin::etag($user), $patch);
        same(null, $changed->getClaims()->getNickname());
        same('Ada', $changed->getClaims()->getGivenName());
        same('stale', Admin::kind(refused(fn () => $users->updateUser($user->getUserId(), Admin::etag($user), $patch))));
        same('not-found', Admin::kind(refused(fn () => $users->getUser('nobody'))));
    },
    'what is refused for now is tried again when Retry-After says' => function () use ($users, $fresh, $fail, $seen) {
        $id = $users->createUser(new NewUser(['username' => $fresh()]))->getUserId();
        $of = ['method' => 'GET', 'path' => "/users/$id", 'times' => 1];
        $fail([...$of, 'status' => 429, 'retry_after' => 1]);
        $fail([...$of, 'status' => 503]);
        same($id, $users->getUser($id)->getUserId());
        $times = array_column($seen('GET', "/users/$id"), 0);
        same(3, count($times));
        same(true, $times[1] - $times[0] >= 950);
    },
    'a creation whose answer is lost is carried out once' => function () use ($users, $fresh, $fail, $seen) {
        $before = count($seen('POST', '/admin/v1/users'));
        $fail(['method' => 'POST', 'path' => '/admin/v1/users', 'times' => 1, 'lost' => 'after']);
        $name = $fresh();
        $user = $users->createUser(new NewUser(['username' => $name]));
        $keys = array_column(array_slice($seen('POST', '/admin/v1/users'), $before), 1);
        same(2, count($keys));
        same($keys[0], $keys[1]);
        same(true, $keys[0] !== '-');
        $found = $users->listUsers(username: $name)->getItems();
        same([$user->getUserId()], array_map(fn ($one) => $one->getUserId(), $found));
    },
    'a wrong secret is told' => function () use ($account) {
        try {
            $account('wrong')->token();
        } catch (TokenException $error) {
            same('invalid_client', $error->error);
            return;
        }
        throw new \RuntimeException('it was not refused');
    },
];

$failed = 0;
foreach ($tests as $name => $test) {
    try {
        $test();
        echo "✔ $name\n";
    } catch (\Throwable $error) {
        echo "✖ $name: $error\n";
        $failed++;
    }
}
// As node --test sums up.
printf("ℹ pass %d\nℹ fail %d\n", count($tests) - $failed, $failed);
exit($failed === 0 ? 0 : 1);
