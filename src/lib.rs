//! `vipmp`, a terminal browser for the customers of a reseller in Adobe VIP Marketplace.
