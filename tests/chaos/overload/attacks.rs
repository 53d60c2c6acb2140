//! The attacks, one a file.

mod connections;
mod endless_heads;
mod fat_requests;
mod handshakes;
mod idle_h2;
mod rapid_resets;
mod shut_windows;
mod slow_bodies;
mod slow_bodies_h2;
mod slow_heads;
mod slow_hosts;
mod slow_readers;
mod waves;
mod wrong_passwords;

pub(crate) use connections::Connections;
pub(crate) use endless_heads::EndlessHeads;
pub(crate) use fat_requests::FatRequests;
pub(crate) use handshakes::Handshakes;
pub(crate) use idle_h2::IdleH2;
pub(crate) use rapid_resets::RapidResets;
pub(crate) use shut_windows::ShutWindows;
pub(crate) use slow_bodies::SlowBodies;
pub(crate) use slow_bodies_h2::SlowBodiesH2;
pub(crate) use slow_heads::SlowHeads;
pub(crate) use slow_hosts::SlowHosts;
pub(crate) use slow_readers::SlowReaders;
pub(crate) use wrong_passwords::WrongPasswords;
