//! Loads the configuration and the state in the form that the app needs.

use std::sync::Arc;

use super::{
    app::{Configured, Listed},
    keys::KeyMap,
};
use crate::{
    account::ProfileStore,
    config::{self, ConfigProblem, Loaded},
    demo::product_names,
    products::{ProductFile, ProductNames},
    state::State,
};

/// Returns the key map of a configuration, and all its problems in the order of the file, those of keys included.
fn keys_and_problems(loaded: &Loaded) -> (KeyMap, Vec<ConfigProblem>) {
    let (keys, wrong_keys) = KeyMap::with(&loaded.config.keys);
    let mut problems = loaded.problems.clone();
    problems.extend(wrong_keys.into_iter().map(|problem| loaded.problem_with(&problem.key, problem.words)));
    problems.sort_by_key(|problem| problem.place);
    (keys, problems)
}

/// Returns all problems of a configuration in the order of the file, including those of its keys.
pub fn problems(loaded: &Loaded) -> Vec<ConfigProblem> {
    keys_and_problems(loaded).1
}

/// Builds the app's settings from a loaded configuration, state and product names; its problems include those of keys.
pub fn configured(loaded: &Loaded, state: &State, products: ProductNames) -> Configured {
    let (keys, problems) = keys_and_problems(loaded);
    let problems: Vec<String> = problems.iter().map(ToString::to_string).collect();
    for problem in &problems {
        tracing::warn!(%problem, "configuration");
    }
    let profiles = loaded.config.profiles.iter().map(|(name, profile)| {
        let remembered = state.profiles.get(name);
        Listed {
            name: name.clone(),
            profile: profile.clone(),
            last_used: remembered.and_then(|remembered| remembered.last_used),
            view: remembered.and_then(|remembered| remembered.view.clone()),
            keeps_copy: remembered.and_then(|of| of.keep_portfolio).or(loaded.config.portfolio.keep),
            views: remembered.map(|of| of.views.clone()).unwrap_or_default(),
        }
    });
    Configured {
        profiles: profiles.collect(),
        names: loaded.names.clone(),
        default: loaded.config.default_profile.clone(),
        problems,
        keys,
        page_size: loaded.config.ui.page_size,
        portfolio: loaded.config.portfolio,
        demo_views: state.profiles.get(config::DEMO).map(|of| of.views.clone()).unwrap_or_default(),
        products: Arc::new(products),
        demo_products: Arc::new(ProductNames::built_in(product_names())),
    }
}

/// Reads the configuration and the state again. Blocks.
pub(super) fn read(home: &ProfileStore) -> (Configured, config::Config) {
    let loaded = config::load(home.config.as_deref());
    let state = home.store.load().state;
    let products = ProductFile::new(home.store.folder()).load().names;
    (configured(&loaded, &state, products), loaded.config)
}
