namespace Gdpr.Policies;

public static partial class FindingCodes
{
    /// <summary>A statutory minimum certainly ends after a statutory maximum on the same data, in one activity or in two; or a period lies outside
    /// its stated bounds.</summary>
    public const string MinimumOverMaximum = "E-RET-01";

    /// <summary>A duty to keep data may outlast the statutory maximum that another activity states for the same data: records of which it does are
    /// then restricted, and their fate names <c>E-RET-02</c>.</summary>
    public const string ObligationOverLimit = "W-RET-02";

    /// <summary>A rule has no end that can be determined: it lacks its period, its event, or both.</summary>
    public const string NoDeterminableEnd = "E-RET-03";

    /// <summary>The event that ends a purpose may never come, and nothing else ends it.</summary>
    public const string NoFallback = "E-RET-04";

    /// <summary>A period of law names no law, or a statutory minimum nothing but the number of an act.</summary>
    public const string ObligationWithoutLaw = "E-RET-05";

    /// <summary>A limitation period is declared as a legal obligation.</summary>
    public const string LimitationAsObligation = "E-RET-06";

    /// <summary>Data of a consent purpose would be kept past the consent.</summary>
    public const string KeptPastConsent = "E-RET-08";

    /// <summary>A rule states no form, several forms, or members that do not belong to its form.</summary>
    public const string IllFormedRule = "E-RET-09";

    /// <summary>A rule runs with a consent that its activity does not rest on.</summary>
    public const string ConsentWithoutBasis = "E-RET-10";

    /// <summary>A trigger does not say what a missing value means.</summary>
    public const string TriggerWithoutNull = "E-RET-11";

    /// <summary>More rules, or more purposes, cover a data set than can be decided on.</summary>
    public const string TooManyRules = "E-RET-12";

    /// <summary>The event that ends a statutory period may never come.</summary>
    public const string EndlessObligation = "W-RET-13";

    /// <summary>A purpose would run beyond the statutory maximum that its activity states.</summary>
    public const string PurposeOverLimit = "W-RET-14";

    /// <summary>Free text is kept by a rule that sets no longest age.</summary>
    public const string FreeTextWithoutAge = "W-RET-15";

    /// <summary>Two organisations have the same purpose in one data set: what a person says to the one says nothing of the other's, so that the end of the
    /// purpose can be told for neither.</summary>
    public const string PurposeOfSeveral = "E-RET-16";

    /// <summary>The fallback of a statutory period ends before the period does: the duty to keep would end before the law lets it.</summary>
    public const string FallbackBeforeMinimum = "E-RET-17";

    /// <summary>The fallback of a statutory period is the shorter of the two and runs from another event: where that comes no later than the period's own, the
    /// duty to keep would end before the law lets it.</summary>
    public const string FallbackMayCutMinimum = "W-RET-18";

    /// <summary>A rule and its fallback run from the same event, and one of the two decides nothing.</summary>
    public const string IdleFallback = "W-RET-19";

    private static FindingCode[] Retention() =>
    [
        Entry(MinimumOverMaximum, "Retention", "A minimum over a maximum", "Shorten the one or lengthen the other.", "Art. 5(1)(e)"),
        Entry(ObligationOverLimit, "Retention", "A duty that may run beyond a statutory maximum", "Divide the data so that each law has its own, or ask a lawyer; until then the data is restricted (E-RET-02).", "Art. 5(1)(e), 17(3)(b)"),
        Entry(NoDeterminableEnd, "Retention", "No end that can be determined", "State a period and the event that it runs from, such as { \"keep\": \"P3M\", \"after\": \"contract-ended\" }.", "Art. 5(1)(e), 13(2)(a)"),
        Entry(NoFallback, "Retention", "No fallback where the ending event may never come", "Add a fallback, such as { \"keep\": \"P24M\", \"after\": \"last-contact\" }.", "Art. 5(1)(e)"),
        Entry(ObligationWithoutLaw, "Retention", "A statutory period without law or paragraph", "Name the act and paragraph, such as SFS 1999:1078 7:2.", "Art. 6(1)(c), 6(3)"),
        Entry(LimitationAsObligation, "Retention", "A limitation period as legal obligation", "Limitation lets a claim lapse and obliges nobody to keep data: rest the activity on a legitimate interest, with its assessment.", "Art. 6(1)(c), 17(3)(e); SFS 1981:130"),
        Entry(KeptPastConsent, "Retention", "Data kept past the consent", "Let the rule end with the consent; what another purpose needs is declared as an activity of its own.", "Art. 7(3), 17(1)(b)"),
        Entry(IllFormedRule, "Retention", "A rule that is not well formed", "State exactly one form: keep with after, within with of, while, allOf or anyOf.", "Art. 5(1)(e), 13(2)(a)"),
        Entry(ConsentWithoutBasis, "Retention", "A consent that the activity does not rest on", "Rest the activity on consent, or let the rule end with an event.", "Art. 6(1)(a)"),
        Entry(TriggerWithoutNull, "Retention", "A trigger that does not say what a missing value means", "State whenNull: notHappened or unknown.", "Art. 5(1)(d), (e)"),
        Entry(TooManyRules, "Retention", "Too many rules for one data set", "Merge activities, or divide the data set: at most 64 rules and 64 purposes cover one.", "Art. 5(1)(b), (e)"),
        Entry(EndlessObligation, "Retention", "A statutory period whose event may never come", "Make sure that the event is recorded: until then the period runs.", "Art. 5(1)(e)"),
        Entry(PurposeOverLimit, "Retention", "A purpose beyond its statutory maximum", "Let the purpose end no later than the limit, which ends it anyway.", "Art. 5(1)(e)"),
        Entry(FreeTextWithoutAge, "Retention", "Free text without a longest age", "Cover the field by a rule that ends at a stated time after an event of the record.", "Art. 5(1)(c), (e)"),
        Entry(PurposeOfSeveral, "Retention", "One purpose of several organisations in one data set", "Give each organisation's activity a purpose id of its own, or its data a data set of its own.", "Art. 4(7), 5(1)(e)"),
        Entry(FallbackBeforeMinimum, "Retention", "A fallback that ends a statutory period too early", "Let the fallback run at least as long as the statutory period, or remove it: the period runs until its event comes.", "Art. 6(1)(c), 17(3)(b)"),
        Entry(FallbackMayCutMinimum, "Retention", "A fallback that may end a statutory period too early", "Let the fallback run at least as long as the statutory period, or remove it: the period runs until its event comes.", "Art. 6(1)(c), 17(3)(b)"),
        Entry(IdleFallback, "Retention", "A rule and a fallback of which one decides nothing", "Let the fallback run from another event, one that always comes, and for longer than the rule.",
            "Art. 5(1)(e)"),
    ];
}
