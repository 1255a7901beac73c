//! The configuration, as far as the screen needs it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::{
    account::AccountId,
    config::{PortfolioSettings, Profile},
    products::ProductNames,
    state::{SavedView, View},
    tui::keys::KeyMap,
};

/// A profile that can be switched to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// The settings of the profile.
    pub profile: Profile,
    /// The time when it was used last.
    pub last_used: Option<DateTime<Utc>>,
    /// The last view.
    pub view: Option<View>,
    /// True if a copy of its customers is kept; `None` until the user was asked.
    pub keeps_copy: Option<bool>,
    /// The user's own views of that copy.
    pub views: Vec<SavedView>,
}

/// The configuration, as far as the app needs it.
#[derive(Debug, Clone)]
pub struct Configured {
    /// The profiles that can be used, by name.
    pub profiles: Vec<Listed>,
    /// The names of all profiles in the file, those that cannot be used too.
    pub names: Vec<String>,
    /// The profile to start with.
    pub default: Option<String>,
    /// The problems of the configuration, in words.
    pub problems: Vec<String>,
    /// The keys.
    pub keys: KeyMap,
    /// Rows a page.
    pub page_size: u8,
    /// What syncs read, and how fast.
    pub portfolio: PortfolioSettings,
    /// The user's own views of the demo.
    pub demo_views: Vec<SavedView>,
    /// The names of products, for all profiles.
    pub products: Arc<ProductNames>,
    /// The names of the demo's products.
    pub demo_products: Arc<ProductNames>,
}

impl Configured {
    /// Returns the names of an account's products.
    pub(crate) fn products_of(&self, target: &AccountId) -> &Arc<ProductNames> {
        if *target == AccountId::Demo { &self.demo_products } else { &self.products }
    }
}

impl Default for Configured {
    fn default() -> Self {
        Self {
            profiles: Vec::new(),
            names: Vec::new(),
            default: None,
            problems: Vec::new(),
            keys: KeyMap::default(),
            page_size: crate::model::MAX_LIMIT,
            portfolio: PortfolioSettings::default(),
            demo_views: Vec::new(),
            products: Arc::default(),
            demo_products: Arc::default(),
        }
    }
}
