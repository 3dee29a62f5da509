namespace Gdpr.Retention.Columns;

/// <summary>Where a rule runs while any of its events is recent enough, and the fate follows from which kinds of rules still run, each kind runs while some
/// column lies at or after the first bound that the kind has there: a comparison for each kind and column, the same for all records.</summary>
internal sealed class KindPlan : LanePlan
{
    /// <summary>The most kinds.</summary>
    public const int MostKinds = 3;

    private const short NeverReached = short.MaxValue;

    private readonly List<byte[]> _words = [];
    private byte[] _fates = [];

    private KindPlan(int[] columns, int dataSets, int kinds)
        : base(columns, dataSets)
    {
        Kinds = kinds;
    }

    public int Kinds { get; }

    /// <summary>One bit for each column that only some data sets look at.</summary>
    public int PartlyUsed { get; private set; }

    public override bool HasHappened => false;

    public override bool HasUnused => PartlyUsed != 0;

    /// <summary>Per kind and column the bounds; per column which data sets look at it.</summary>
    public override IEnumerable<byte[]> WordTables => _words;

    /// <summary>The fates.</summary>
    public override IEnumerable<byte[]> Tables => [_fates];

    public static KindPlan? Of<T, TForm>(int[] columns, ReadOnlySpan<DataSetBounds> dataSets, FateClasses classes, int[][] classOf, int origin)
        where T : unmanaged
        where TForm : IColumnForm<T>
    {
        var numbers = new Dictionary<(RuleKind Kind, bool NeedsConsent, int Horizon), int>();
        var kinds = new int[dataSets.Length][];
        for (var i = 0; i < dataSets.Length; i++)
        {
            if (KindsOf(dataSets[i].DataSet, numbers) is not { } found || numbers.Count > MostKinds)
            {
                return null;
            }

            kinds[i] = found;
        }

        if (ClassesByKinds(kinds, classOf, numbers.Count) is not { } byKinds)
        {
            return null;
        }

        var plan = new KindPlan(columns, dataSets.Length, numbers.Count);
        if (!plan.TryAddBounds<T, TForm>(dataSets, kinds, origin))
        {
            return null;
        }

        plan._fates = FateTables(running => byKinds[running] < 0 ? null : classes[byKinds[running]], byKinds.Length);
        return plan;
    }

    /// <summary>The kind of each comparison of a data set; <see langword="null"/> where one is no cutoff, or a rule is no all-of.</summary>
    private static int[]? KindsOf(DataSetSchedule dataSet, Dictionary<(RuleKind Kind, bool NeedsConsent, int Horizon), int> numbers)
    {
        var rules = new ScheduledRule?[dataSet.Leaves.Length];
        if (dataSet.Comparisons.Length == 0 || !Array.TrueForAll(dataSet.RuleTable, rule => TryAssign(rule, rule.Tree, rules)))
        {
            return null;
        }

        var kinds = new int[dataSet.Comparisons.Length];
        for (var i = 0; i < kinds.Length; i++)
        {
            var comparison = dataSet.Comparisons[i];
            if (comparison.Kind != BoundKind.Cutoff || rules[comparison.Cutoff % rules.Length] is not { } rule)
            {
                return null;
            }

            var kind = (rule.Kind, rule.NeedsConsent, comparison.Cutoff / rules.Length);
            if (!numbers.TryGetValue(kind, out kinds[i]))
            {
                kinds[i] = numbers.Count;
                numbers.Add(kind, kinds[i]);
            }
        }

        return kinds;
    }

    private static bool TryAssign(ScheduledRule rule, RuleTree tree, ScheduledRule?[] rules)
    {
        switch (tree)
        {
            case RuleTree.All all:
                return TryAssign(rule, all.First, rules) && TryAssign(rule, all.Second, rules);
            case RuleTree.Leaf leaf:
                rules[leaf.Index] = rule;
                return true;
            default:
                return false;
        }
    }

    /// <summary>The class of each combination of kinds that run, -1 for one that no record has; <see langword="null"/> where they do not decide the class.</summary>
    private static int[]? ClassesByKinds(int[][] kinds, int[][] classOf, int count)
    {
        var byKinds = new int[1 << count];
        byKinds.AsSpan().Fill(-1);
        for (var dataSet = 0; dataSet < kinds.Length; dataSet++)
        {
            for (var answers = 0; answers < classOf[dataSet].Length; answers++)
            {
                var running = 0;
                for (var i = 0; i < kinds[dataSet].Length; i++)
                {
                    var isBefore = (answers >> (kinds[dataSet].Length - 1 - i) & 1) != 0;
                    running |= isBefore ? 0 : 1 << kinds[dataSet][i];
                }

                var found = classOf[dataSet][answers];
                if (found >= 0 && byKinds[running] >= 0 && byKinds[running] != found)
                {
                    return null;
                }

                byKinds[running] = Math.Max(byKinds[running], found);
            }
        }

        return byKinds;
    }

    private bool TryAddBounds<T, TForm>(ReadOnlySpan<DataSetBounds> dataSets, int[][] kinds, int origin)
        where T : unmanaged
        where TForm : IColumnForm<T>
    {
        var used = new byte[Columns.Length][];
        for (var column = 0; column < Columns.Length; column++)
        {
            used[column] = new byte[Entries];
        }

        for (var kind = 0; kind < Kinds; kind++)
        {
            for (var column = 0; column < Columns.Length; column++)
            {
                var (high, low) = (new byte[Entries], new byte[Entries]);
                for (var i = 0; i < dataSets.Length; i++)
                {
                    if (!TryFirst<T, TForm>(dataSets[i], kinds[i], kind, Columns[column], origin, out var word))
                    {
                        return false;
                    }

                    used[column][i] |= word != NeverReached ? byte.MaxValue : (byte)0;
                    (high[i], low[i]) = ((byte)(word >> 8), (byte)word);
                }

                _words.Add(high);
                _words.Add(low);
            }
        }

        for (var column = 0; column < Columns.Length; column++)
        {
            PartlyUsed |= used[column].AsSpan(0, dataSets.Length).Contains((byte)0) ? 1 << column : 0;
            _words.Add(used[column]);
            _words.Add(used[column]);
        }

        return true;
    }

    /// <summary>The word above which a kind runs by a column of a data set: the first that it has there.</summary>
    private static bool TryFirst<T, TForm>(in DataSetBounds dataSet, int[] kinds, int kind, int trigger, int origin, out int first)
        where T : unmanaged
        where TForm : IColumnForm<T>
    {
        first = NeverReached;
        for (var i = 0; i < kinds.Length; i++)
        {
            if (kinds[i] != kind || dataSet.Comparisons[i].Trigger != trigger)
            {
                continue;
            }

            // What has not happened lies above every bound, and not above what is never reached.
            if (dataSet.From[i] == long.MaxValue || TForm.WordOf(dataSet.From[i], origin) is not { } word || word >= NeverReached - 1)
            {
                return false;
            }

            // A kind runs above the word before that of its bound. One above, the words tie, which decides nothing about instants.
            first = Math.Min(first, Math.Max(word - 1, short.MinValue));
        }

        return true;
    }
}
