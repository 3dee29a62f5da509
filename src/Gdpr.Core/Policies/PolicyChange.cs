namespace Gdpr.Policies;

/// <summary>A difference between two versions of a policy, as it bears on the people whose data is processed.</summary>
/// <param name="Kind">What changed.</param>
/// <param name="Subject">What it changed of: an activity's id, a data set's path, a recipient's id, a controller's id.</param>
/// <param name="Weight">How much it matters to people.</param>
/// <param name="Before">What stood there before, where it can be said in a word.</param>
/// <param name="After">What stands there now, where it can be said in a word.</param>
public sealed record PolicyChange(PolicyChangeKind Kind, string Subject, ChangeWeight Weight, string? Before = null, string? After = null);

/// <summary>How much a change matters to the people concerned (Art. 5(1)(a), 13(3), 14(4)).</summary>
public enum ChangeWeight
{
    /// <summary>Told by the new notice being there.</summary>
    Minor,

    /// <summary>Told actively, and before it takes effect: at sign-in, or by mail.</summary>
    Weighty,
}

/// <summary>What can change for people between two versions of a policy.</summary>
public enum PolicyChangeKind
{
    /// <summary>A controller came, went, or has another name or contact.</summary>
    Controller,

    /// <summary>A purpose is new.</summary>
    PurposeAdded,

    /// <summary>A purpose has gone.</summary>
    PurposeRemoved,

    /// <summary>An activity rests on another basis.</summary>
    Basis,

    /// <summary>An activity covers data that it did not cover.</summary>
    DataAdded,

    /// <summary>An activity no longer covers some data.</summary>
    DataRemoved,

    /// <summary>Data is kept by another rule.</summary>
    Retention,

    /// <summary>Somebody new receives data, or more of it.</summary>
    RecipientAdded,

    /// <summary>Somebody receives data no longer, or less of it.</summary>
    RecipientRemoved,

    /// <summary>Data goes to another country, or under another safeguard.</summary>
    Transfer,

    /// <summary>People are profiled, or decided about by automated means alone, where they were not, or by another logic.</summary>
    Profiling,

    /// <summary>Data comes from somewhere it did not come from.</summary>
    Origin,

    /// <summary>The text that consent is given to is another.</summary>
    ConsentText,
}
