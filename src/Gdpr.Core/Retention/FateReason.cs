namespace Gdpr.Retention;

/// <summary>Why a fate is what it is. Its code (<see cref="FateReasons"/>) is stable.</summary>
public enum FateReason : byte
{
    /// <summary>A purpose runs (<c>purpose-alive</c>).</summary>
    PurposeAlive,

    /// <summary>A legal obligation to keep runs (<c>obligation-alive</c>; Art. 17(3)(b)).</summary>
    ObligationAlive,

    /// <summary>A legal hold stands (<c>hold</c>; Art. 17(3)(e)).</summary>
    Hold,

    /// <summary>The person has had the processing restricted (<c>restricted</c>; Art. 18).</summary>
    Restricted,

    /// <summary>A request under Art. 15, 16, 18 or 20 is open (<c>request-open</c>).</summary>
    RequestOpen,

    /// <summary>An objection to the purpose awaits its assessment (<c>objection-pending</c>; Art. 18(1)(d), 21(1)).</summary>
    ObjectionPending,

    /// <summary>A statutory maximum has passed (<c>limit-passed</c>). With fate restrict, something still forbids destruction: <c>E-RET-02</c>.</summary>
    LimitPassed,

    /// <summary>The value of a trigger is unknown (<c>trigger-unknown</c>).</summary>
    TriggerUnknown,

    /// <summary>A fact about the person or the record is unknown (<c>fact-unknown</c>).</summary>
    FactUnknown,

    /// <summary>The event lies outside every known fiscal year (<c>fiscal-year-unknown</c>; <c>E-BFL-01</c>).</summary>
    FiscalYearUnknown,

    /// <summary>Every purpose and obligation has ended (<c>all-ended</c>; Art. 5(1)(e)).</summary>
    AllEnded,
}

/// <summary>The stable codes of reasons.</summary>
public static class FateReasons
{
    /// <summary>The stable code of a reason, such as <c>purpose-alive</c>.</summary>
    /// <param name="reason">The reason.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is no reason.</exception>
    public static string Code(this FateReason reason) => reason switch
    {
        FateReason.PurposeAlive => "purpose-alive",
        FateReason.ObligationAlive => "obligation-alive",
        FateReason.Hold => "hold",
        FateReason.Restricted => "restricted",
        FateReason.RequestOpen => "request-open",
        FateReason.ObjectionPending => "objection-pending",
        FateReason.LimitPassed => "limit-passed",
        FateReason.TriggerUnknown => "trigger-unknown",
        FateReason.FactUnknown => "fact-unknown",
        FateReason.FiscalYearUnknown => "fiscal-year-unknown",
        FateReason.AllEnded => "all-ended",
        _ => throw new ArgumentOutOfRangeException(nameof(reason)),
    };

    /// <summary>The stable code of a fate, such as <c>keep</c>.</summary>
    /// <param name="fate">The fate.</param>
    /// <exception cref="ArgumentOutOfRangeException">The value is no fate.</exception>
    public static string Code(this Fate fate) => fate switch
    {
        Fate.Keep => "keep",
        Fate.Undetermined => "undetermined",
        Fate.Restrict => "restrict",
        Fate.Anonymise => "anonymise",
        Fate.Erase => "erase",
        _ => throw new ArgumentOutOfRangeException(nameof(fate)),
    };
}
