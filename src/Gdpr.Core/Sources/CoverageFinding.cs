namespace Gdpr.Sources;

/// <summary>One gap between what a policy and its mapping say and what is really there.</summary>
/// <param name="Code">The stable code, such as <c>C-COV-01</c>.</param>
/// <param name="Place">Where it is: a table (<c>orders</c>), a column (<c>orders.total</c>), a reference (<c>orders(customer_id) -> customers</c>), or a data
/// set or field of the policy. Code and place together tell one gap from another.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Mend">How to mend it.</param>
public sealed record CoverageFinding(string Code, string Place, string Message, string Mend)
{
    /// <summary>The table, where the gap is in one of the database.</summary>
    public string? Table { get; init; }

    /// <summary>The column, where the gap is in one.</summary>
    public string? Column { get; init; }

    /// <summary>The finding as one line of text.</summary>
    public override string ToString() => $"{Code} {Place}: {Message} {Mend}";
}
