"""Games in motion: dynamics, simulation out of a conserved ledger, and the verdict on their agreement.

The package's table of contents: `Replicator`, `Logit`, `BNN`, `Smith` and others move strategies, `integrate` follows
one orbit and `ensemble` many; `rest_points` and `basins` tell where they stop; `Moran`, `PairwiseComparison` and other
processes are finite populations, solved exactly and sampled; `simulate` runs a design's economy and `compare` tests a
theory against it; `run` makes a whole study. Names are imported where they are first used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from analytic.opening import opening

if TYPE_CHECKING:
    from . import plot as plot
    from .adaptive import SingularStrategy as SingularStrategy
    from .adaptive import singular_strategies as singular_strategies
    from .agreement import Agreement as Agreement
    from .agreement import compare as compare
    from .averages import TimeAverage as TimeAverage
    from .averages import time_average as time_average
    from .basin import Basins as Basins
    from .basin import Share as Share
    from .basin import basin_borders as basin_borders
    from .basin import basin_stability as basin_stability
    from .basin import basins as basins
    from .best_response import BestResponseOrbit as BestResponseOrbit
    from .best_response import best_response_orbit as best_response_orbit
    from .direct_protocols import BestResponseChoice as BestResponseChoice
    from .direct_protocols import ExcessPayoffComparison as ExcessPayoffComparison
    from .direct_protocols import ProjectionProtocol as ProjectionProtocol
    from .direct_protocols import SmithComparison as SmithComparison
    from .dynamics import Dynamics as Dynamics
    from .dynamics import Logit as Logit
    from .dynamics import MeanDynamics as MeanDynamics
    from .dynamics import Replicator as Replicator
    from .economy.ledger import ConservationError as ConservationError
    from .economy.ledger import Ledger as Ledger
    from .economy.stepping import Economy as Economy
    from .economy.stepping import open_economy as open_economy
    from .economy.stepping import step as step
    from .encounters import CountPayoffs as CountPayoffs
    from .events import Crossings as Crossings
    from .events import Event as Event
    from .events import LeaderChange as LeaderChange
    from .exponents import LyapunovExponents as LyapunovExponents
    from .exponents import lyapunov_exponents as lyapunov_exponents
    from .feedback import Feedback as Feedback
    from .feedback import FeedbackFunctions as FeedbackFunctions
    from .feedback_models import decaying_resource as decaying_resource
    from .feedback_models import oscillating_commons as oscillating_commons
    from .feedback_models import posted_price as posted_price
    from .feedback_models import renewable_resource as renewable_resource
    from .feedback_models import token_supply as token_supply
    from .finite import StationaryLaw as StationaryLaw
    from .finite import stationary_law as stationary_law
    from .fixation import FixationLaw as FixationLaw
    from .fixation import FixationTimes as FixationTimes
    from .fixation import fixation_law as fixation_law
    from .fixation import fixation_times as fixation_times
    from .fixation import log_fixation as log_fixation
    from .fixation import weak_selection_slope as weak_selection_slope
    from .flow import Ensemble as Ensemble
    from .flow import FlowStatistics as FlowStatistics
    from .flow import ensemble as ensemble
    from .flow_starts import simplex_grid as simplex_grid
    from .heteroclinic import HeteroclinicCycle as HeteroclinicCycle
    from .heteroclinic import heteroclinic_cycles as heteroclinic_cycles
    from .imitation_protocols import FermiImitation as FermiImitation
    from .imitation_protocols import ImitationByDissatisfaction as ImitationByDissatisfaction
    from .imitation_protocols import ImitationOfSuccess as ImitationOfSuccess
    from .imitation_protocols import ImitativeLogitChoice as ImitativeLogitChoice
    from .imitation_protocols import RelativeImitation as RelativeImitation
    from .invariants import ConstantOfMotion as ConstantOfMotion
    from .invariants import constants_of_motion as constants_of_motion
    from .lyapunov import LyapunovFunction as LyapunovFunction
    from .lyapunov import lyapunov_functions as lyapunov_functions
    from .montecarlo import Samples as Samples
    from .montecarlo import sample as sample
    from .mutation_protocols import HybridProtocol as HybridProtocol
    from .mutation_protocols import MutatingProtocol as MutatingProtocol
    from .mutation_protocols import Reproduction as Reproduction
    from .named_dynamics import BNN as BNN
    from .named_dynamics import BestResponse as BestResponse
    from .named_dynamics import BrownVonNeumannNash as BrownVonNeumannNash
    from .named_dynamics import Imitation as Imitation
    from .named_dynamics import ImitativeLogit as ImitativeLogit
    from .named_dynamics import MaynardSmith as MaynardSmith
    from .named_dynamics import Projection as Projection
    from .named_dynamics import ReplicatorMutator as ReplicatorMutator
    from .named_dynamics import Smith as Smith
    from .population_process import Conventions as Conventions
    from .population_process import Process as Process
    from .processes import Moran as Moran
    from .processes import WrightFisher as WrightFisher
    from .protocols import LogitChoice as LogitChoice
    from .protocols import ProportionalImitation as ProportionalImitation
    from .protocols import RevisionProtocol as RevisionProtocol
    from .rest import rest_points as rest_points
    from .rest_types import RestPoint as RestPoint
    from .rest_types import RestPoints as RestPoints
    from .revision_processes import ImitationProcess as ImitationProcess
    from .revision_processes import LocalUpdate as LocalUpdate
    from .revision_processes import LogitRevision as LogitRevision
    from .revision_processes import PairwiseComparison as PairwiseComparison
    from .revision_processes import ProtocolRevision as ProtocolRevision
    from .rounds import Orbit as Orbit
    from .rounds import iterate as iterate
    from .sampled_fixation import SampledFixation as SampledFixation
    from .sampled_fixation import sample_fixation as sample_fixation
    from .sampling import ProcessRuns as ProcessRuns
    from .sampling import RunStatistics as RunStatistics
    from .sampling import sample_process as sample_process
    from .selection_gradient import SelectionGradient as SelectionGradient
    from .selection_gradient import gradient_of_selection as gradient_of_selection
    from .simulation import Runs as Runs
    from .simulation import simulate as simulate
    from .small_mutation import SmallMutationLimit as SmallMutationLimit
    from .small_mutation import small_mutation_limit as small_mutation_limit
    from .study.report import Report as Report
    from .study.running import run as run
    from .study.study_file import Study as Study
    from .study.study_file import StudyError as StudyError
    from .study.study_file import load_study as load_study
    from .study.study_file import studies as studies
    from .trajectory import Trajectory as Trajectory
    from .trajectory import integrate as integrate
    from .transition import transition_matrix as transition_matrix

_HOME = {
    "Agreement": "agreement",
    "BNN": "named_dynamics",
    "Basins": "basin",
    "BestResponse": "named_dynamics",
    "BestResponseChoice": "direct_protocols",
    "BestResponseOrbit": "best_response",
    "BrownVonNeumannNash": "named_dynamics",
    "ConservationError": "economy.ledger",
    "ConstantOfMotion": "invariants",
    "Conventions": "population_process",
    "CountPayoffs": "encounters",
    "Crossings": "events",
    "Dynamics": "dynamics",
    "Economy": "economy.stepping",
    "Ensemble": "flow",
    "Event": "events",
    "ExcessPayoffComparison": "direct_protocols",
    "Feedback": "feedback",
    "FeedbackFunctions": "feedback",
    "FermiImitation": "imitation_protocols",
    "FixationLaw": "fixation",
    "FixationTimes": "fixation",
    "FlowStatistics": "flow",
    "HeteroclinicCycle": "heteroclinic",
    "HybridProtocol": "mutation_protocols",
    "Imitation": "named_dynamics",
    "ImitationByDissatisfaction": "imitation_protocols",
    "ImitationOfSuccess": "imitation_protocols",
    "ImitationProcess": "revision_processes",
    "ImitativeLogit": "named_dynamics",
    "ImitativeLogitChoice": "imitation_protocols",
    "LeaderChange": "events",
    "Ledger": "economy.ledger",
    "LocalUpdate": "revision_processes",
    "Logit": "dynamics",
    "LogitChoice": "protocols",
    "LogitRevision": "revision_processes",
    "LyapunovExponents": "exponents",
    "LyapunovFunction": "lyapunov",
    "MaynardSmith": "named_dynamics",
    "MeanDynamics": "dynamics",
    "Moran": "processes",
    "MutatingProtocol": "mutation_protocols",
    "Orbit": "rounds",
    "PairwiseComparison": "revision_processes",
    "Process": "population_process",
    "ProcessRuns": "sampling",
    "Projection": "named_dynamics",
    "ProjectionProtocol": "direct_protocols",
    "ProportionalImitation": "protocols",
    "ProtocolRevision": "revision_processes",
    "RelativeImitation": "imitation_protocols",
    "Replicator": "dynamics",
    "ReplicatorMutator": "named_dynamics",
    "Report": "study.report",
    "Reproduction": "mutation_protocols",
    "RestPoint": "rest_types",
    "RestPoints": "rest_types",
    "RevisionProtocol": "protocols",
    "RunStatistics": "sampling",
    "Runs": "simulation",
    "SampledFixation": "sampled_fixation",
    "Samples": "montecarlo",
    "SelectionGradient": "selection_gradient",
    "Share": "basin",
    "SingularStrategy": "adaptive",
    "SmallMutationLimit": "small_mutation",
    "Smith": "named_dynamics",
    "SmithComparison": "direct_protocols",
    "StationaryLaw": "finite",
    "Study": "study.study_file",
    "StudyError": "study.study_file",
    "TimeAverage": "averages",
    "Trajectory": "trajectory",
    "WrightFisher": "processes",
    "basin_borders": "basin",
    "basin_stability": "basin",
    "basins": "basin",
    "best_response_orbit": "best_response",
    "compare": "agreement",
    "constants_of_motion": "invariants",
    "decaying_resource": "feedback_models",
    "ensemble": "flow",
    "fixation_law": "fixation",
    "fixation_times": "fixation",
    "gradient_of_selection": "selection_gradient",
    "heteroclinic_cycles": "heteroclinic",
    "integrate": "trajectory",
    "iterate": "rounds",
    "load_study": "study.study_file",
    "log_fixation": "fixation",
    "lyapunov_exponents": "exponents",
    "lyapunov_functions": "lyapunov",
    "open_economy": "economy.stepping",
    "oscillating_commons": "feedback_models",
    "posted_price": "feedback_models",
    "renewable_resource": "feedback_models",
    "rest_points": "rest",
    "run": "study.running",
    "sample": "montecarlo",
    "sample_fixation": "sampled_fixation",
    "sample_process": "sampling",
    "simplex_grid": "flow_starts",
    "simulate": "simulation",
    "singular_strategies": "adaptive",
    "small_mutation_limit": "small_mutation",
    "stationary_law": "finite",
    "step": "economy.stepping",
    "studies": "study.study_file",
    "time_average": "averages",
    "token_supply": "feedback_models",
    "transition_matrix": "transition",
    "weak_selection_slope": "fixation",
}
_MODULES = frozenset({"plot"})
__all__ = [
    "BNN",
    "Agreement",
    "Basins",
    "BestResponse",
    "BestResponseChoice",
    "BestResponseOrbit",
    "BrownVonNeumannNash",
    "ConservationError",
    "ConstantOfMotion",
    "Conventions",
    "CountPayoffs",
    "Crossings",
    "Dynamics",
    "Economy",
    "Ensemble",
    "Event",
    "ExcessPayoffComparison",
    "Feedback",
    "FeedbackFunctions",
    "FermiImitation",
    "FixationLaw",
    "FixationTimes",
    "FlowStatistics",
    "HeteroclinicCycle",
    "HybridProtocol",
    "Imitation",
    "ImitationByDissatisfaction",
    "ImitationOfSuccess",
    "ImitationProcess",
    "ImitativeLogit",
    "ImitativeLogitChoice",
    "LeaderChange",
    "Ledger",
    "LocalUpdate",
    "Logit",
    "LogitChoice",
    "LogitRevision",
    "LyapunovExponents",
    "LyapunovFunction",
    "MaynardSmith",
    "MeanDynamics",
    "Moran",
    "MutatingProtocol",
    "Orbit",
    "PairwiseComparison",
    "Process",
    "ProcessRuns",
    "Projection",
    "ProjectionProtocol",
    "ProportionalImitation",
    "ProtocolRevision",
    "RelativeImitation",
    "Replicator",
    "ReplicatorMutator",
    "Report",
    "Reproduction",
    "RestPoint",
    "RestPoints",
    "RevisionProtocol",
    "RunStatistics",
    "Runs",
    "SampledFixation",
    "Samples",
    "SelectionGradient",
    "Share",
    "SingularStrategy",
    "SmallMutationLimit",
    "Smith",
    "SmithComparison",
    "StationaryLaw",
    "Study",
    "StudyError",
    "TimeAverage",
    "Trajectory",
    "WrightFisher",
    "basin_borders",
    "basin_stability",
    "basins",
    "best_response_orbit",
    "compare",
    "constants_of_motion",
    "decaying_resource",
    "ensemble",
    "fixation_law",
    "fixation_times",
    "gradient_of_selection",
    "heteroclinic_cycles",
    "integrate",
    "iterate",
    "load_study",
    "log_fixation",
    "lyapunov_exponents",
    "lyapunov_functions",
    "open_economy",
    "oscillating_commons",
    "plot",
    "posted_price",
    "renewable_resource",
    "rest_points",
    "run",
    "sample",
    "sample_fixation",
    "sample_process",
    "simplex_grid",
    "simulate",
    "singular_strategies",
    "small_mutation_limit",
    "stationary_law",
    "step",
    "studies",
    "time_average",
    "token_supply",
    "transition_matrix",
    "weak_selection_slope",
]


__getattr__ = opening(__name__, _HOME, _MODULES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
