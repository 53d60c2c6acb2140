//! Every operation of a provider by name and with JSON: the interface for the packages of other languages, which add
//! types and no logic.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use crate::faults::{Endpoint, Fault};
use crate::{Ask, Browser, Error, NewUser, Person, Provider};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TokensFor {
    user: String,
    client_id: String,
    #[serde(default)]
    ask: Ask,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ClientToken {
    client_id: String,
    #[serde(default)]
    ask: Ask,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Authorize {
    url: String,
    #[serde(default)]
    person: Person,
    #[serde(default)]
    browser: Browser,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SignOut {
    url: String,
    #[serde(default)]
    browser: Browser,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SetFault {
    endpoint: Endpoint,
    fault: Fault,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Enabled {
    name: String,
    enabled: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RevokeGrants {
    user: String,
    client_id: Option<String>,
}

/// Where a browser ended, and its cookies.
#[derive(Serialize)]
struct Walked<T> {
    end: T,
    browser: Browser,
}

impl Provider {
    /// Calls `method` with `params` in JSON, and returns JSON.
    ///
    /// | method | params | answer |
    /// |---|---|---|
    /// | `add_user` | [`NewUser`] | [`crate::TestUser`] |
    /// | `add_client` | client metadata | [`crate::NewClient`] |
    /// | `tokens_for` | `user`, `client_id`, `ask`: [`Ask`] | the token endpoint's answer |
    /// | `client_token` | `client_id`, `ask` | the same |
    /// | `authorize` | `url`, `person`: [`Person`], `browser`: [`Browser`] | `end`: [`crate::Callback`], `browser` |
    /// | `sign_out` | `url`, `browser` | `end`: [`crate::SignedOut`], `browser` |
    /// | `configure` | settings of a tenant | null |
    /// | `fault` | `endpoint`: [`Endpoint`], `fault`: [`Fault`] | null |
    /// | `clear_faults`, `freeze`, `reset` | null | null |
    /// | `requests` | an [`Endpoint`] | a number |
    /// | `rotate_keys` | whether the old ones stay | null |
    /// | `revoke` | a token | null |
    /// | `revoke_grants` | `user`, `client_id` | a number |
    /// | `is_active` | a token | true or false |
    /// | `end_sessions` | a user | a number |
    /// | `set_user_enabled`, `set_client_enabled` | `name`, `enabled` | null |
    /// | `now` | null | seconds since 1970 |
    /// | `advance`, `set_time` | seconds | null |
    ///
    /// # Errors
    /// [`Error::Invalid`] for an unknown method or parameter, and the errors of the operation.
    pub async fn call(&self, method: &str, params: &str) -> Result<String, Error> {
        let answer = match self.make(method, params).await? {
            Some(answer) => answer,
            None => self.steer(method, params).await?,
        };
        serde_json::to_string(&answer).map_err(Error::failed)
    }

    /// What gives something to the application.
    async fn make(&self, method: &str, params: &str) -> Result<Option<Value>, Error> {
        let answer = match method {
            "add_user" => value(&self.add_user(read::<NewUser>(params)?).await?)?,
            "add_client" => value(&self.add_client(&read(params)?).await?)?,
            "tokens_for" => {
                let TokensFor { user, client_id, ask } = read(params)?;
                value(&self.tokens_for(&user, &client_id, &ask).await?)?
            }
            "client_token" => {
                let ClientToken { client_id, ask } = read(params)?;
                value(&self.client_token(&client_id, &ask).await?)?
            }
            "authorize" => {
                let Authorize { url, person, mut browser } = read(params)?;
                let end = browser.authorize(self, &url, &person).await?;
                value(&Walked { end, browser })?
            }
            "sign_out" => {
                let SignOut { url, mut browser } = read(params)?;
                let end = browser.sign_out(self, &url).await?;
                value(&Walked { end, browser })?
            }
            "is_active" => json!(self.is_active(&read::<String>(params)?).await?),
            "requests" => json!(self.requests(read(params)?)),
            "now" => json!(self.now()),
            _ => return Ok(None),
        };
        Ok(Some(answer))
    }

    /// What changes the provider.
    async fn steer(&self, method: &str, params: &str) -> Result<Value, Error> {
        match method {
            "configure" => self.configure(&read::<Map<String, Value>>(params)?).await?,
            "fault" => {
                let SetFault { endpoint, fault } = read(params)?;
                self.fault(endpoint, fault)?;
            }
            "clear_faults" => self.clear_faults(),
            "freeze" => self.freeze(),
            "reset" => self.reset().await?,
            "rotate_keys" => self.rotate_keys(read(params)?).await?,
            "revoke" => self.revoke(&read::<String>(params)?).await?,
            "revoke_grants" => {
                let RevokeGrants { user, client_id } = read(params)?;
                return Ok(json!(self.revoke_grants(&user, client_id.as_deref()).await?));
            }
            "end_sessions" => return Ok(json!(self.end_sessions(&read::<String>(params)?).await?)),
            "set_user_enabled" => {
                let Enabled { name, enabled } = read(params)?;
                self.set_user_enabled(&name, enabled).await?;
            }
            "set_client_enabled" => {
                let Enabled { name, enabled } = read(params)?;
                self.set_client_enabled(&name, enabled).await?;
            }
            "advance" => self.advance(read(params)?)?,
            "set_time" => self.set_time(read(params)?)?,
            _ => return Err(Error::Invalid(format!("there is no method {method:?}"))),
        }
        Ok(Value::Null)
    }
}

fn read<T: DeserializeOwned>(params: &str) -> Result<T, Error> {
    serde_json::from_str(params).map_err(Error::invalid)
}

fn value<T: Serialize>(answer: &T) -> Result<Value, Error> {
    serde_json::to_value(answer).map_err(Error::failed)
}
