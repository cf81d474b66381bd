"""To come with loyalty: its bootstrap posts a reward from an empty root."""

from empty_root import EmptyRoot


def check_reward(root: EmptyRoot) -> str:
    return "reward not checked yet"
