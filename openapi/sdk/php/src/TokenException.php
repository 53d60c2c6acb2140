<?php

declare(strict_types=1);

namespace Credenza\Admin;

/** An answer of the token endpoint that is no token (RFC 6749 5.2). */
final class TokenException extends \RuntimeException
{
    public function __construct(
        /** The status of the response. */
        public readonly int $status,
        /** The registered error code, such as invalid_client. */
        public readonly string $error,
        ?string $description,
    ) {
        parent::__construct("no access token: $error ($status)" . ($description === null ? '' : ": $description"));
    }
}
