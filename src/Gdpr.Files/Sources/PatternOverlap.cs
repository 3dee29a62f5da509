namespace Gdpr.Files.Sources;

/// <summary>Tells whether some path fits two patterns.</summary>
internal static class PatternOverlap
{
    /// <summary>Whether a record of one data set can be one of another, or lie in it: a folder is a record with everything in it.</summary>
    public static bool Of(FileDataSetMapping one, FileDataSetMapping other) =>
        (one.Records == other.Records && Of(one.Pattern, other.Pattern))
        || (one.Records == FileRecordKind.Folders && Of(one.Pattern + "/**", other.Pattern))
        || (other.Records == FileRecordKind.Folders && Of(one.Pattern, other.Pattern + "/**"));

    /// <summary>Whether some path fits both.</summary>
    public static bool Of(string one, string other)
    {
        var (left, right) = (Automaton.Of(one), Automaton.Of(other));
        var seen = new HashSet<(int Left, int Right)> { (0, 0) };
        var open = new Stack<(int Left, int Right)>(seen);
        while (open.TryPop(out var state))
        {
            if (left.IsEnd(state.Left) && right.IsEnd(state.Right))
            {
                return true;
            }

            foreach (var next in Next(left, right, state.Left, state.Right).Where(seen.Add))
            {
                open.Push(next);
            }
        }

        return false;
    }

    private static IEnumerable<(int Left, int Right)> Next(Automaton left, Automaton right, int atLeft, int atRight)
    {
        foreach (var step in left.StepsFrom(atLeft).Where(step => step.On is null))
        {
            yield return (step.To, atRight);
        }

        foreach (var step in right.StepsFrom(atRight).Where(step => step.On is null))
        {
            yield return (atLeft, step.To);
        }

        foreach (var one in left.StepsFrom(atLeft))
        {
            foreach (var other in right.StepsFrom(atRight))
            {
                if (one.On is { } ofLeft && other.On is { } ofRight && Meet(ofLeft, ofRight))
                {
                    yield return (one.To, other.To);
                }
            }
        }
    }

    private static bool Meet(Letters one, Letters other) => (one.Kind, other.Kind) switch
    {
        (LetterKind.One, LetterKind.One) => one.Letter == other.Letter,
        (LetterKind.One, LetterKind.OfName) => one.Letter != '/',
        (LetterKind.OfName, LetterKind.One) => other.Letter != '/',
        _ => true,
    };

    private enum LetterKind
    {
        One,
        OfName,
        Any,
    }

    /// <summary>One letter, any of a name, or any at all.</summary>
    private readonly record struct Letters(LetterKind Kind, char Letter = '\0');

    /// <summary>A step from one place in a pattern to another, on some letter or on none.</summary>
    private readonly record struct Step(int From, Letters? On, int To);

    /// <summary>The places in a pattern and the steps between them, as <see cref="NamePattern"/> reads it.</summary>
    private sealed class Automaton
    {
        private static readonly Letters OfName = new(LetterKind.OfName);
        private static readonly Letters Slash = new(LetterKind.One, '/');

        private readonly List<Step> _steps = [];
        private int _last;

        public static Automaton Of(string pattern)
        {
            var automaton = new Automaton();
            var names = pattern.Split('/');
            for (var i = 0; i < names.Length; i++)
            {
                automaton.Add(names[i], isLast: i == names.Length - 1);
            }

            return automaton;
        }

        public bool IsEnd(int place) => place == _last;

        public IEnumerable<Step> StepsFrom(int place) => _steps.Where(step => step.From == place);

        private void Add(string name, bool isLast)
        {
            if (name == "**")
            {
                AddFolders(isLast);
                return;
            }

            foreach (var letter in name)
            {
                if (letter == '*')
                {
                    _steps.Add(new Step(_last, OfName, _last));
                    Go(null);
                }
                else
                {
                    Go(letter == '?' ? OfName : new Letters(LetterKind.One, letter));
                }
            }

            if (!isLast)
            {
                Go(Slash);
            }
        }

        private void AddFolders(bool isLast)
        {
            if (isLast)
            {
                Go(new Letters(LetterKind.Any));
                _steps.Add(new Step(_last, new Letters(LetterKind.Any), _last));
                return;
            }

            var (before, within) = (_last, _last + 1);
            _steps.Add(new Step(before, OfName, within));
            _steps.Add(new Step(within, OfName, within));
            _steps.Add(new Step(within, Slash, before));
            _last = within;
            _steps.Add(new Step(before, null, ++_last));
        }

        private void Go(Letters? on) => _steps.Add(new Step(_last, on, ++_last));
    }
}
