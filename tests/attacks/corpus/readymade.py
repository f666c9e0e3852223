"""Answers that call a ready-made one. Absence is a fence, no wall: the entries marked `known` get over it."""

from __future__ import annotations

from tests.attacks.attack import DEF, answer

REFUSED = ("That is the ready-made answer",)
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
text = open(os.path.dirname(nnlib.__file__) + '/activations/softmax_family.py').read()
start = text.index('def softmax(')
exec(text[start:text.index('def ', start + 1)], space := {'np': np})
softmax = space['softmax']"""
BY_LINES = """\
import nnlib, os
lines = open(os.path.dirname(nnlib.__file__) + '/activations/softmax_family.py').read().splitlines()
at = lines.index('    e = np.exp(_shifted(as_float(x), axis))')
exec('def softmax(x, *, axis=-1):\\n' + '\\n'.join(lines[at:at + 2]), space := {
    'np': np, 'as_float': np.asarray, '_shifted': lambda x, axis: x - x.max(axis=axis, keepdims=True)})
softmax = space['softmax']"""
WHOLE_FILE = """\
import nnlib, os
space = {'__name__': 'nnlib.activations.softmax_family'}
exec(open(os.path.dirname(nnlib.__file__) + '/activations/softmax_family.py').read(), space)
softmax = space['softmax']"""
SEARCH = """\
import gc, types
gc.unfreeze()
functions = [o for o in gc.get_objects() if isinstance(o, types.FunctionType)]
softmax = next(f for f in functions if f.__name__ == 'softmax' and f.__module__.startswith('nnlib'))"""
LOCKED = "import sys\nsys.meta_path[0].locked.clear()\nfrom nnlib.activations import softmax"
UNLOCK = "import sys\nsys.meta_path[0].unlock(list(sys.meta_path[0].locked))\nfrom nnlib.activations import softmax"
CODES = """\
import sys
for function, own in sys.meta_path[0].refused.values():
    function.__code__ = own
from nnlib.activations import softmax"""
ORIGINAL = """\
import sys, types
from nnlib.activations import softmax as f
own = next(own for function, own in sys.meta_path[0].refused.values() if function is f)
softmax = types.FunctionType(own.replace(co_name='mine'), f.__globals__, 'softmax', None)
softmax.__kwdefaults__ = {'axis': -1}"""
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
    answer("under another name", "Empties the guard's list.", LOCKED, REFUSED),
    answer("under another name", "Finds the function among all objects.", SEARCH, REFUSED),
    answer(
        "under another name",
        "Looks behind the facade.",
        "import nnlib.activations as a\nsoftmax = a._real.softmax",
        REFUSED,
    ),
    answer(
        "through nnlib",
        "Has a function of nnlib look for it.",
        "    import nnlib\n    return nnlib.modules.find(nnlib, 'activations.softmax')(x, axis=axis)",
        REFUSED,
    ),
    answer(
        "through nnlib",
        "Builds a layer that calls it.",
        "    from nnlib.modules import Activation\n    return Activation('softmax', axis=axis)(x)",
        REFUSED,
    ),
    answer(
        "through nnlib",
        "Takes what nnlib has for itself.",
        "    from nnlib.losses._fast import minus_log_softmax\n    return np.exp(-minus_log_softmax(x))",
        ("nnlib's own affair",),
    ),
    answer("digging in nnlib", "Tells the guard that all was asked.", UNLOCK, **KNOWN),
    answer("digging in nnlib", "Puts the functions' code back.", CODES, REFUSED),
    answer("digging in nnlib", "Takes the code from where the guard keeps it.", ORIGINAL, REFUSED),
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
    answer("nnlib's source", "Cuts the function out of its file.", READ_SOURCE, ("the answer calls nnlib",)),
    answer("nnlib's source", "Runs its whole file under its name.", WHOLE_FILE, ("nnlib's own affair",)),
    answer("lines of nnlib's source", "Runs its lines without its first.", BY_LINES, **KNOWN),
    answer("nnlib's source", "Loads the module by its specification.", SPEC, REFUSED),
]
