//! # Logout
//! How the end of a session reaches the applications that it signed in to. Three ways, side by side; which of them an
//! application takes is in its metadata:
//!
//! | way | metadata | good for | needs |
//! |---|---|---|---|
//! | [Back-channel](#back-channel) | `backchannel_logout_uri`, `backchannel_logout_session_required` | every end of a session; nothing is lost | a server that the provider can reach |
//! | [Front-channel](#front-channel) | `frontchannel_logout_uri`, `frontchannel_logout_session_required` | a person who signs out in this browser | cookies in frames of other sites, which browsers give up |
//! | [Session management](#session-management) | none: `check_session_iframe` | an application in the browser that looks by itself | the same |
//!
//! A session ends when its person signs out (`/logout`, by an application or not), ends it at `/account`, here or from
//! another browser, signs in as somebody else in the same browser, or when an operator ends it, sets a password, disables or
//! deletes the user. Each of these ends is told to every application that took part, in whatever process it happened.
//! That a session expired is not told: an application knows how long it trusts a sign-in. Nor is a disabled
//! application or tenant told of anything.
//!
//! With the session end the grants that were given in it, and all tokens of them, but for those with `offline_access`
//! (OpenID Connect Back-Channel Logout 2.7).
//!
//! # Who is told
//! An application takes part in a session from its first answer on. That is on record before it has the answer,
//! unless it registered neither logout URI: then it costs nothing. A session that ends at this very moment gives no answer any more
//! (`login_required`), so that none is missed.
//!
//! # Back-channel
//! What is to be told is written in the transaction that ends the session, and then told by any node: at once by the one
//! that ended it, within a second by the others, as when the command line ended it. Each call is an https POST with
//! one field, `logout_token`: a JWT of type `logout+jwt`, signed as the application's ID tokens are (RS256 where those are
//! unsigned), good for two minutes, with `iss`, `aud`, `iat`, `exp`, `jti`, `events`, `sub` and always `sid`. It goes
//! through the settings of [egress](super::operating): private addresses only where they are allowed.
//!
//! | answer | |
//! |---|---|
//! | 200, 204 | told |
//! | 400 | told, and refused: it would say the same again |
//! | anything else, or none within eight seconds | told again, by a new token, after 10, 20, 40, 80, 160, 320, 600, 600, 600 seconds; after the tenth attempt, some forty minutes later, it is given up, and the log says so |
//!
//! Each application is told by a task of its own, two calls at a time: one that does not answer keeps no other waiting. An
//! attempt is claimed in the database before it is made, so that one node makes it. If that node dies, another makes
//! the next one. So an application may hear of the same `sid` twice, never under the same `jti`.
//!
//! `/metrics` has `credenza_backchannel_logouts_total` by `outcome`: `told`, `refused`, `nobody` (the application is gone or
//! wants to hear nothing by now), `failed` (an attempt; it is made again) and `given_up`. The log names application and
//! session, never the token.
//!
//! # Front-channel
//! When a session ends in its own browser, the page that says so opens the registered URI of each application in a frame,
//! with `iss` and `sid` added to its query. The page's policy names the origins of these applications and no others. It goes
//! on to `post_logout_redirect_uri` when the frames have loaded or, without scripts or when one does not load, after
//! five seconds. Without such applications there is no page: the browser is sent on at once.
//!
//! # Session management
//! Every answer to a request with `openid` carries `session_state`, where the redirect URI is one of the web. A page of the
//! application frames `/check_session` and posts it `client_id + " " + session_state`; it answers `unchanged`, `changed`,
//! or `error` for what is no such message and to pages of another origin than the one that it is framed by. What it looks at is the
//! cookie `credenza-state`, which scripts may read: not the session, but a value derived from it that changes with each
//! sign-in and goes at logout. The origin of who asks is part of what is hashed: the state of another application tells
//! nobody anything.
//!
//! Browsers that keep cookies apart by the site they are framed on show the frame no cookie: it answers `changed`, and the
//! application asks with `prompt=none`. A session that was ended elsewhere is seen by that question, not by the
//! frame.
