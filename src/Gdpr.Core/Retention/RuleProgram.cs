namespace Gdpr.Retention;

/// <summary>A rule tree in postfix form: evaluated without recursion and without allocation.</summary>
internal sealed class RuleProgram
{
    /// <summary>The deepest nesting that the two-bit stack holds.</summary>
    public const int MaximumDepth = 32;

    private const short AllOf = -1;
    private const short AnyOf = -2;

    private readonly short[] _steps;

    private RuleProgram(short[] steps, int depth)
    {
        _steps = steps;
        Depth = depth;
    }

    /// <summary>How many limbs wait at most while the program runs.</summary>
    public int Depth { get; }

    public static RuleProgram Of(RuleTree tree)
    {
        var steps = new List<short>();
        var depth = Append(tree);
        return new RuleProgram([.. steps], depth);

        int Append(RuleTree node)
        {
            switch (node)
            {
                case RuleTree.Leaf leaf:
                    steps.Add((short)leaf.Index);
                    return 1;
                case RuleTree.All all:
                    return Join(all.First, all.Second, AllOf);
                case RuleTree.Any any:
                    return Join(any.First, any.Second, AnyOf);
                default:
                    throw new InvalidOperationException("A rule tree has three cases.");
            }
        }

        int Join(RuleTree first, RuleTree second, short step)
        {
            var firstDepth = Append(first);
            var secondDepth = Append(second);
            steps.Add(step);
            return Math.Max(firstDepth, secondDepth + 1);
        }
    }

    /// <summary>The state of the rule, given the states of its leaves.</summary>
    public LimbState State<TLeaves>(scoped in TLeaves leaves)
        where TLeaves : ILeafStates, allows ref struct
    {
        var steps = _steps;
        if (steps.Length == 1)
        {
            return leaves.StateOf(steps[0]);
        }

        // A stack of two-bit states in one word: all-of keeps the greater of the top two, any-of the lesser.
        var stack = 0UL;
        foreach (var step in steps)
        {
            if (step >= 0)
            {
                stack = (stack << 2) | (byte)leaves.StateOf(step);
                continue;
            }

            var second = stack & 3;
            var first = (stack >> 2) & 3;
            stack = ((stack >> 4) << 2) | (step == AllOf ? Math.Max(first, second) : Math.Min(first, second));
        }

        return (LimbState)(stack & 3);
    }
}

/// <summary>Tells the state of each leaf of a record.</summary>
internal interface ILeafStates
{
    LimbState StateOf(int leaf);
}
