"""The partner program's rules as data: sets of YAML, their loader and their landed tables.

Belongs here: the names that other stages use. Does not: how any of them works.
"""

from scoring.policy.archive import from_json, to_json
from scoring.policy.land import land_policy
from scoring.policy.load import load_policy, policy_dir
from scoring.policy.model import PolicySet
from scoring.policy.overrides import with_overrides
from scoring.policy.yaml_lines import PolicyError

__all__ = [
    "PolicyError",
    "PolicySet",
    "from_json",
    "land_policy",
    "load_policy",
    "policy_dir",
    "to_json",
    "with_overrides",
]
