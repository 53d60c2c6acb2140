-- What people prove their identity with besides a password, and the codes for when all of it is lost.
CREATE TABLE authenticators (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    authenticator_id TEXT COLLATE "C" NOT NULL,
    kind TEXT COLLATE "C" NOT NULL,
    name TEXT COLLATE "C" NOT NULL,
    state TEXT COLLATE "C" NOT NULL,
    credential BYTEA,
    time_step BIGINT NOT NULL,
    aaguid TEXT COLLATE "C",
    backed_up BIGINT,
    created_at BIGINT NOT NULL,
    last_used_at BIGINT,
    PRIMARY KEY (tenant_id, user_id, authenticator_id)
);
CREATE UNIQUE INDEX authenticators_credential ON authenticators (tenant_id, credential);

CREATE TABLE recovery_codes (
    tenant_id TEXT COLLATE "C" NOT NULL,
    user_id TEXT COLLATE "C" NOT NULL,
    code BYTEA NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, user_id, code)
);
