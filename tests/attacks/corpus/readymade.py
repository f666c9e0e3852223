"""Answers that call a ready-made one. Absence is a fence, no wall: the entries marked `known` get over it."""

from __future__ import annotations

from tests.attacks.attack import DEF, answer

REFUSED = ("asks you to write it",)
ABSENT = ("is not available while grading",)
KNOWN = {"points": 4.0, "known": True}

OTHER_PYTHON = (
    DEF
    + """\
    import json, subprocess, sys
    code = 'import sys, json, numpy as np; from nnlib.activations import softmax as s;'
    code += 'x, axis = json.loads(sys.argv[1]); print(json.dumps(s(np.array(x), axis=axis).tolist()))'
    done = subprocess.run([sys.executable, '-c', code, json.dumps([x.tolist(), axis])], capture_output=True)
    return np.array(json.loads(done.stdout)).astype(x.dtype)"""
)
READ_SOURCE = """\
import nnlib, os
space = {'__name__': 'mine'}
exec(open(os.path.dirname(nnlib.__file__) + '/activations/softmax_family.py').read(), space)
softmax = space['softmax']"""
SEARCH = """\
import gc, types
functions = [o for o in gc.get_objects() if isinstance(o, types.FunctionType)]
softmax = next(f for f in functions if f.__name__ == 'softmax' and f.__module__.startswith('nnlib'))"""
UNLOCK = "import sys\nsys.meta_path[0].locked.clear()\nfrom nnlib.activations import softmax"
SKLEARN = """\
import sys
sys.meta_path[:] = sys.meta_path[0].others
from sklearn.utils.extmath import softmax as rows
def softmax(x, *, axis=-1):
    y = np.moveaxis(x, axis, -1)
    return np.moveaxis(rows(y.reshape(-1, y.shape[-1])).reshape(y.shape), -1, axis)"""
SPEC = """\
import importlib.util, nnlib
spec = importlib.util.find_spec('nnlib.activations.softmax_family')
module = importlib.util.module_from_spec(spec)
spec.loader.exec_module(module)
softmax = module.softmax"""
PRETEND = (
    "exec('from nnlib.activations import softmax', space := "
    "{'__name__': 'nnlib.activations'})\nsoftmax = space['softmax']"
)
RUN = "%run /nowhere/softmax.py\nsoftmax = softmax"

TABLE = [
    answer(
        "ready-made answers",
        "Imports nnlib's softmax under another name.",
        "from nnlib.activations import softmax as s\nsoftmax = s",
        REFUSED,
    ),
    answer(
        "ready-made answers",
        "Asks for scipy's softmax inside the function.",
        "    import scipy.special\n    return scipy.special.softmax(x, axis=axis)",
        REFUSED,
    ),
    answer(
        "ready-made answers",
        "Derives it from scipy's log_softmax.",
        "    from scipy.special import log_softmax\n    return np.exp(log_softmax(x, axis=axis))",
        REFUSED,
    ),
    answer(
        "absent packages",
        "Calls torch.",
        "    import torch\n    return torch.softmax(torch.tensor(x), axis).numpy()",
        ABSENT,
    ),
    answer(
        "absent packages",
        "Calls scikit-learn.",
        "    from sklearn.utils.extmath import softmax as s\n    return s(x)",
        ABSENT,
    ),
    answer(
        "absent packages",
        "Imports the course's solutions.",
        "from solutions.ch02_activations import softmax",
        ABSENT,
    ),
    answer(
        "import tricks",
        "Reloads the module through importlib.",
        "import importlib\nimport nnlib.activations as a\nsoftmax = importlib.reload(a).softmax",
        REFUSED,
    ),
    answer(
        "import tricks",
        "Names the function in a pickle.",
        "import pickle\nsoftmax = pickle.loads(b'cnnlib.activations.softmax_family\\nsoftmax\\n.')",
        REFUSED,
    ),
    answer("import tricks", "Runs code that says it is nnlib's.", PRETEND, REFUSED),
    answer("other programs", "Runs a file that is not there.", RUN, ("softmax",)),
    answer(
        "other programs",
        "Installs a package.",
        "!pip install torch\nimport torch\nsoftmax = torch.softmax",
        ABSENT,
    ),
    answer("digging in nnlib", "Empties the guard's list.", UNLOCK, **KNOWN),
    answer("digging in nnlib", "Finds the function among all objects.", SEARCH, **KNOWN),
    answer(
        "digging in nnlib",
        "Looks behind the facade.",
        "import nnlib.activations as a\nsoftmax = a._real.softmax",
        **KNOWN,
    ),
    answer(
        "another interpreter", "Asks another Python, which has no guard.", OTHER_PYTHON, slow=True, **KNOWN
    ),
    answer(
        "another interpreter",
        "Takes the guard from the import system and imports scikit-learn.",
        SKLEARN,
        slow=True,
        **KNOWN,
    ),
    answer("nnlib's source", "Reads the reference's source and runs it.", READ_SOURCE, **KNOWN),
    answer("nnlib's source", "Loads the module by its specification.", SPEC, REFUSED),
]
