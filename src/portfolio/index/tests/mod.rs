//! Tests of the whole index.

mod dated;
mod generate;
mod naive;
mod properties;
mod table;
mod update;
