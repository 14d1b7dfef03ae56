//! Who is responsible. Pure: rules and inquiry in, assignment out.
//!
//! Rules with conditions come with a later version; today a topic's owner, else the district's
//! fallback, so that nothing is nobody's.

use crate::store::DistrictRecord;

/// The account that becomes owner of a new inquiry about `topic`.
pub fn owner<'a>(district: &'a DistrictRecord, topic: &str) -> Option<&'a str> {
    district.topic_owners.get(topic).or(district.fallback_owner.as_ref()).map(String::as_str)
}
