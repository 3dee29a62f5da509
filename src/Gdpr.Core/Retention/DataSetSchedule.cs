using System.Collections.Frozen;
using Gdpr.Journals;
using Gdpr.Policies;
using Gdpr.Time;

namespace Gdpr.Retention;

/// <summary>The compiled rules of one data set.</summary>
/// <remarks>Immutable, and safe to share between threads.</remarks>
public sealed class DataSetSchedule
{
    /// <summary>The most rules, and so the most purposes, that one data set may have.</summary>
    public const int MaximumRules = 64;

    /// <summary>In the place of a fate that has not been derived.</summary>
    internal const Fate NotKnown = (Fate)byte.MaxValue;

    private readonly FrozenDictionary<string, int> _purposeIndexes;
    private readonly FrozenDictionary<string, int> _triggerIndexes;
    private readonly Lazy<Digest> _fingerprint;
    private readonly FourTriggers _fourTriggers;

    internal DataSetSchedule(
        DataPath path, int index, DataSet dataSet, IReadOnlyList<string> purposes, IReadOnlyList<ScheduledRule> rules,
        IReadOnlyList<CompiledLeaf> leaves, IReadOnlyList<FieldGroup> groups,
        IReadOnlyList<CalendarPeriod> horizons, FrozenSet<string> policyPurposes)
    {
        Path = path.DataSetPath;
        Index = index;
        Retired = dataSet.Retired;
        Triggers = [.. dataSet.Triggers.Keys];
        Purposes = purposes;
        Rules = rules;
        FieldGroups = groups;
        PolicyPurposes = policyPurposes;
        Horizons = [.. horizons];
        Leaves = [.. leaves];
        LeafCodes = [.. leaves.Select(leaf => new LeafCode(leaf))];
        RuleTable = [.. rules];
        RuleCodes = [.. rules.Select(rule => new RuleCode(rule))];
        Groups = [.. groups];
        MissingAs = [.. dataSet.Triggers.Values.Select(trigger => trigger.WhenNull == WhenNull.NotHappened ? TriggerForm.NotHappened : TriggerForm.Unknown)];
        _fingerprint = new Lazy<Digest>(() => ScheduleFingerprint.Of(this));
        Comparisons = Comparison.Of(LeafCodes, Horizons.Length, Triggers.Count);
        KeyBits = Math.Max(FourBounds.Count, Comparisons.Length);
        KnownFates = Comparisons.Length > 0 ? new Fate[RecordFacts.Keys << KeyBits] : [];
        KnownFates.AsSpan().Fill(NotKnown);
        FatesByFour = Comparisons.Length <= FourBounds.Count ? KnownFates : [];
        _fourTriggers = Gdpr.Retention.FourTriggers.Of(FatesByFour.Length > 0 ? Comparisons : []);
        _triggerIndexes = Indexes(Triggers);
        _purposeIndexes = Indexes(purposes);
        Purpose = MaskOf(RuleKind.Purpose);
        Obligation = MaskOf(RuleKind.Obligation);
        Limit = MaskOf(RuleKind.Limit);
        PurposeRules = [.. Enumerable.Range(0, purposes.Count).Select(index => Mask(rule => rule.Kind == RuleKind.Purpose && rule.PurposeIndex == index))];
        PurposeMask = purposes.Count == MaximumRules ? ulong.MaxValue : (1UL << purposes.Count) - 1;
    }

    /// <summary>The data set, such as <c>crm.customers</c>.</summary>
    public string Path { get; }

    /// <summary>The place of the data set in its schedule, from 0: how columns of records name it.</summary>
    public int Index { get; }

    /// <summary>The triggers, in policy order: the order of a record's values.</summary>
    public IReadOnlyList<string> Triggers { get; }

    /// <summary>The purposes of the rules, each once, in policy order: their index names them in <see cref="RecordFacts"/>.</summary>
    public IReadOnlyList<string> Purposes { get; }

    /// <summary>The rules, in policy order.</summary>
    public IReadOnlyList<ScheduledRule> Rules { get; }

    /// <summary>The fields, grouped by what decides their fate, in ordinal order of the first field of each group.</summary>
    public IReadOnlyList<FieldGroup> FieldGroups { get; }

    /// <summary>Set when the data set is no longer used: it has no rules, and all its records are due.</summary>
    public Retirement? Retired { get; }

    /// <summary>What identifies the rules: it changes when anything does that decides (rules, periods, triggers, disposals, zone, fiscal years, what
    /// earlier versions let go), and does not change with titles and texts.</summary>
    public Digest Fingerprint => _fingerprint.Value;

    /// <summary>How the rules use a trigger: where several events are stored and the time of some is missing, that decides what the one value is.</summary>
    /// <param name="trigger">The index of the trigger in <see cref="Triggers"/>.</param>
    public TriggerUses UsesOf(int trigger) => Leaves.Where(leaf => leaf.Terms.Kind != LeafKind.Consent && leaf.Terms.Trigger == trigger)
        .Aggregate(TriggerUses.None, (uses, leaf) => uses | (leaf.Terms.Kind == LeafKind.Period ? TriggerUses.Period : TriggerUses.Evidence));

    internal CompiledLeaf[] Leaves { get; }

    internal LeafCode[] LeafCodes { get; }

    internal ScheduledRule[] RuleTable { get; }

    internal RuleCode[] RuleCodes { get; }

    internal FieldGroup[] Groups { get; }

    /// <summary>Per trigger, the form that a missing value takes.</summary>
    internal TriggerForm[] MissingAs { get; }

    /// <summary>What a missing value of a trigger says.</summary>
    /// <param name="trigger">The index of the trigger in <see cref="Triggers"/>.</param>
    public WhenNull WhenNullOf(int trigger) => MissingAs[trigger] == TriggerForm.NotHappened ? WhenNull.NotHappened : WhenNull.Unknown;

    /// <summary>Per purpose, its rules of kind purpose.</summary>
    internal ulong[] PurposeRules { get; }

    /// <summary>By how much the end of every rule is put off: nothing first, then each distinct grace of the field groups.</summary>
    internal CalendarPeriod[] Horizons { get; }

    /// <summary>How many cutoffs decide: one per leaf, for each horizon.</summary>
    internal int CutoffCount => LeafCodes.Length * Horizons.Length;

    /// <summary>What is asked of a record's triggers to find its fate among the known ones; none where fates are not remembered.</summary>
    internal Comparison[] Comparisons { get; }

    /// <summary>How many bits a key has behind its facts: never fewer than four, so that all data sets with few comparisons are alike.</summary>
    internal int KeyBits { get; }

    /// <summary>The fates derived so far of records of which nothing is unknown, by key: the key of the facts, and then one bit per comparison, set
    /// where the answer is no. <see cref="NotKnown"/> where none has been derived. Facts and answers decide, and no instant, so what is derived
    /// once holds for every evaluator. Threads may write it at once: they write the same.</summary>
    internal Fate[] KnownFates { get; }

    /// <summary>The fates known where there are up to four comparisons; otherwise none.</summary>
    internal Fate[] FatesByFour { get; }

    /// <summary>The triggers compared where there are up to four comparisons.</summary>
    internal ref readonly FourTriggers FourTriggers => ref _fourTriggers;

    internal ulong Purpose { get; }

    internal ulong Obligation { get; }

    internal ulong Limit { get; }

    /// <summary>One bit per purpose of the data set.</summary>
    internal ulong PurposeMask { get; }

    internal FrozenSet<string> PolicyPurposes { get; }

    /// <summary>The index of a trigger, or -1.</summary>
    /// <param name="trigger">The trigger's id.</param>
    public int TriggerIndex(string trigger) => _triggerIndexes.GetValueOrDefault(trigger, -1);

    /// <summary>The index of a purpose, or -1 where no rule of this data set has it.</summary>
    /// <param name="purpose">The purpose's id.</param>
    public int PurposeIndex(string purpose) => _purposeIndexes.GetValueOrDefault(purpose, -1);

    /// <summary>Reads facts written as text: <c>hold;?request-open;consent-withdrawn:newsletter</c>.</summary>
    /// <param name="text">The facts, separated by semicolons; a question mark before one says that it is unknown. Blank means none.</param>
    /// <exception cref="FormatException">A fact is not known, or names a purpose that the policy does not have.</exception>
    /// <remarks>The facts are <c>hold</c>, <c>restricted</c> (Art. 18(1)(a), (d)), <c>restricted-claims</c> ((b), (c)), <c>request-open</c>,
    /// <c>erasure-granted</c> (all purposes), and, each followed by a colon and a purpose, <c>consent-given</c>, <c>consent-withdrawn</c>,
    /// <c>objection-pending</c>, <c>objection-upheld</c>, <c>erasure-granted</c> and <c>purpose-ended</c>. A purpose that the policy has and this
    /// data set does not changes nothing here.</remarks>
    public RecordFacts Facts(ReadOnlySpan<char> text) =>
        RecordFactsText.TryRead(text, this, out var facts, out var problem, out _) ? facts : throw new FormatException(problem);

    /// <summary>Reads facts written as text, and says what is wrong and where when it cannot.</summary>
    /// <param name="text">The facts, as <see cref="Facts"/> takes them.</param>
    /// <param name="facts">The facts read.</param>
    /// <param name="problem">What is wrong and how to mend it, when the answer is <see langword="false"/>.</param>
    /// <param name="position">Where in the text the wrong fact starts, from 0.</param>
    public bool TryReadFacts(
        ReadOnlySpan<char> text, out RecordFacts facts, [System.Diagnostics.CodeAnalysis.NotNullWhen(false)] out string? problem, out int position) =>
        RecordFactsText.TryRead(text, this, out facts, out problem, out position);

    private static FrozenDictionary<string, int> Indexes(IReadOnlyList<string> ids) =>
        ids.Select((id, index) => (id, index)).ToFrozenDictionary(pair => pair.id, pair => pair.index, StringComparer.Ordinal);

    private ulong MaskOf(RuleKind kind) => Mask(rule => rule.Kind == kind);

    private ulong Mask(Func<ScheduledRule, bool> predicate)
    {
        var mask = 0UL;
        for (var rule = 0; rule < RuleTable.Length; rule++)
        {
            mask |= predicate(RuleTable[rule]) ? 1UL << rule : 0;
        }

        return mask;
    }
}
