//! Connections on which nothing comes, and others that are closed as soon as they are open.

use async_trait::async_trait;

use crate::overload::attack::{Attack, Attackers, PAUSE, SHORT, drain};

/// That stay.
const SILENT: usize = 2000;
/// That come and go, at a time.
const PASSING: usize = 16;

pub(crate) struct Connections;

#[async_trait]
impl Attack for Connections {
    async fn run(&self, by: Attackers) {
        let silent = async |by: Attackers, number| drain(&mut by.connect(number).await?).await;
        let passing = async |by: Attackers, number| by.connect(number).await.map(drop);
        tokio::join!(by.many(SILENT, PAUSE, silent), by.many(PASSING, SHORT, passing));
    }
}
