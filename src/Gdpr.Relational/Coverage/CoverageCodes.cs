namespace Gdpr.Relational.Coverage;

/// <summary>The codes of coverage findings. A code is stable: it never changes its meaning.</summary>
public static class CoverageCodes
{
    /// <summary>A table that can reach a person is neither mapped nor excused.</summary>
    public const string Table = "C-COV-01";

    /// <summary>A column of a mapped table is neither mapped nor excused.</summary>
    public const string Column = "C-COV-02";

    /// <summary>A reference by which a row reaches a person is neither mapped nor excused.</summary>
    public const string Path = "C-COV-03";

    /// <summary>A column's name says that it holds personal data, and no field of the policy classifies it.</summary>
    public const string SuspiciousName = "C-COV-04";

    /// <summary>Something is mapped that the database does not have.</summary>
    public const string NotInDatabase = "C-COV-05";

    /// <summary>The policy declares something that is nowhere in the mapping.</summary>
    public const string NotMapped = "C-COV-06";

    /// <summary>Something is mapped that the policy does not declare.</summary>
    public const string NotInPolicy = "C-COV-07";

    /// <summary>A mapping cannot be used as it is.</summary>
    public const string Unusable = "C-COV-08";

    /// <summary>An excuse states no reason.</summary>
    public const string ExcuseWithoutReason = "C-COV-09";

    /// <summary>Something is excused that is not there.</summary>
    public const string ExcuseOfNothing = "C-COV-10";

    /// <summary>The database has a table or a column that no model knows.</summary>
    public const string NotInModel = "C-COV-11";

    /// <summary>A model has a table or a column that the database does not have.</summary>
    public const string ModelNotInDatabase = "C-COV-12";

    /// <summary>The file with the known gaps cannot be used.</summary>
    public const string BaselineUnusable = "C-COV-13";

    /// <summary>A model reads through a view, a function or a query of SQL, or another model's records as something else: nothing judges there
    /// what may be seen.</summary>
    public const string Unjudged = "C-COV-14";

    /// <summary>Some rows of a table of records are of an entity type that belongs to no data set and is not excused.</summary>
    public const string Unclaimed = "C-COV-15";
}
