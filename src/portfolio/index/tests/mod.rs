//! Tests of the whole index.

mod generate;
mod naive;
mod properties;
mod table;
mod update;
