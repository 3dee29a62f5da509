namespace Gdpr.Relational.Mapping;

/// <summary>Something in the mapping of a data set that does not fit.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="Wrong">What is wrong.</param>
/// <param name="Mend">How to mend it.</param>
internal sealed record MappingProblem(string DataSet, string Wrong, string Mend)
{
    /// <summary>What kind of misfit it is.</summary>
    public MappingFault Fault { get; init; }

    /// <summary>What it is about, where that is one thing: a table, a column of one, or a field or trigger of the policy.</summary>
    public string Place { get => field ?? DataSet; init; }

    /// <summary>The table whose rows refer to records, of a reference that is left out.</summary>
    public string? Table { get; init; }

    /// <summary>The problem as a sentence.</summary>
    public override string ToString() => $"{DataSet}: {Wrong}; {Mend}.";
}

/// <summary>How a mapping does not fit.</summary>
internal enum MappingFault
{
    /// <summary>It cannot be used as it is.</summary>
    Unusable,

    /// <summary>It names something that the database does not have.</summary>
    NotInDatabase,

    /// <summary>It names something that the policy does not declare.</summary>
    NotInPolicy,

    /// <summary>It leaves out something that the policy declares.</summary>
    NotMapped,

    /// <summary>It leaves out a table whose rows refer to the records.</summary>
    Reference,

    /// <summary>It gives no reason for what it leaves out.</summary>
    WithoutReason,
}
