<?php

declare(strict_types=1);

namespace Credenza\Admin;

/** Where the access tokens of calls come from. */
interface TokenSource
{
    /** A token that is valid now. */
    public function token(): string;

    /** Says that a token was not accepted (401), so that it is not given out again. */
    public function refused(string $token): void;
}
