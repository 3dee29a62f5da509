namespace Gdpr.Retention;

/// <summary>The states of a record's rules, one bit per rule; a rule in neither mask is past.</summary>
internal readonly record struct RuleStates(ulong Alive, ulong Unknown)
{
    /// <summary>The states of a data set's rules, given those of its leaves and what is known beside.</summary>
    public static RuleStates Of<TLeaves>(DataSetSchedule dataSet, scoped in TLeaves leaves, scoped in RecordFacts facts)
        where TLeaves : ILeafStates, allows ref struct
    {
        var alive = 0UL;
        var unknown = 0UL;
        var rules = dataSet.RuleCodes;
        var endings = facts.Endings;
        for (var i = 0; i < rules.Length; i++)
        {
            ref readonly var rule = ref rules[i];
            var state = rule.Leaf >= 0 ? leaves.StateOf(rule.Leaf) : dataSet.RuleTable[i].Program.State(in leaves);
            if (state != LimbState.Past && rule.IsPurpose && (endings || rule.NeedsConsent))
            {
                state = Ended(dataSet.RuleTable[i], state, facts);
            }

            alive |= (state == LimbState.Alive ? 1UL : 0) << i;
            unknown |= (state == LimbState.Unknown ? 1UL : 0) << i;
        }

        return new RuleStates(alive, unknown);
    }

    /// <summary>Whether the consent to a purpose is in force. None recorded is unknown: it never permits, and never destroys.</summary>
    public static LimbState Consent(in RecordFacts facts, ulong purpose)
    {
        if ((facts.Stated.ConsentWithdrawn & purpose) != 0)
        {
            return LimbState.Past;
        }

        return (facts.Stated.ConsentGiven & ~facts.Unknown.ConsentWithdrawn & purpose) != 0 ? LimbState.Alive : LimbState.Unknown;
    }

    /// <summary>Withdrawal, upheld objection, granted erasure and a purpose's end end the purposes that they name, at once. Obligations and
    /// limits are not theirs to end.</summary>
    private static LimbState Ended(ScheduledRule rule, LimbState state, in RecordFacts facts)
    {
        var purpose = 1UL << rule.PurposeIndex;
        if (IsEnded(facts, purpose))
        {
            return LimbState.Past;
        }

        state = MayBeEnded(facts, purpose) ? Least(state, LimbState.Unknown) : state;
        return rule.NeedsConsent ? Least(state, Consent(facts, purpose)) : state;
    }

    /// <summary>The state of one rule.</summary>
    public LimbState StateOf(int rule)
    {
        if ((Alive >> rule & 1) != 0)
        {
            return LimbState.Alive;
        }

        return (Unknown >> rule & 1) != 0 ? LimbState.Unknown : LimbState.Past;
    }

    /// <summary>These states, with one unknown rule resolved.</summary>
    public RuleStates Resolve(ulong rule, bool alive) => new((Alive & ~rule) | (alive ? rule : 0), Unknown & ~rule);

    /// <summary>Whether a stated fact has ended a purpose.</summary>
    public static bool IsEnded(in RecordFacts facts, ulong purpose) =>
        (facts.Stated.Ended & purpose) != 0 || (facts.Flags & RecordFlags.ErasureGranted) != 0;

    /// <summary>Whether a fact leaves open if a rule has ended: an ending that is unknown, or a consent that nobody knows of.</summary>
    public static bool IsUnknownByFact(ScheduledRule rule, in RecordFacts facts)
    {
        var purpose = 1UL << rule.PurposeIndex;
        return rule.Kind == RuleKind.Purpose && !IsEnded(facts, purpose)
            && (MayBeEnded(facts, purpose) || (rule.NeedsConsent && Consent(facts, purpose) == LimbState.Unknown));
    }

    private static bool MayBeEnded(in RecordFacts facts, ulong purpose) =>
        (facts.Unknown.Ended & purpose) != 0 || (facts.UnknownFlags & RecordFlags.ErasureGranted) != 0;

    private static LimbState Least(LimbState first, LimbState second) => first < second ? first : second;
}

/// <summary>Tells the states of a record's rules.</summary>
internal interface IHorizonStates
{
    /// <summary>The states with every end put off by a horizon of the data set; 0 puts off nothing.</summary>
    RuleStates At(int horizon);
}

/// <summary>What the hot path needs of a rule, side by side in memory.</summary>
internal readonly struct RuleCode(ScheduledRule rule)
{
    /// <summary>The leaf that the rule consists of; negative for a tree.</summary>
    public readonly short Leaf = rule.Tree is RuleTree.Leaf leaf ? (short)leaf.Index : (short)-1;

    public readonly bool IsPurpose = rule.Kind == RuleKind.Purpose;

    public readonly bool NeedsConsent = rule.NeedsConsent;
}
