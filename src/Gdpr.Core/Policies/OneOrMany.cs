using System.Collections;

namespace Gdpr.Policies;

/// <summary>One id or several. JSON writes a string for one and an array for several.</summary>
/// <remarks>The default of a member that holds one is none at all. The order is kept; equality is by reference.</remarks>
public sealed class OneOrMany : IReadOnlyList<string>
{
    private readonly string[] _ids;

    /// <summary>Holds the ids given.</summary>
    /// <param name="ids">The ids, in order.</param>
    public OneOrMany(params IEnumerable<string> ids)
    {
        ArgumentNullException.ThrowIfNull(ids);
        _ids = [.. ids];
    }

    /// <summary>No id.</summary>
    public static OneOrMany None { get; } = new();

    /// <inheritdoc/>
    public int Count => _ids.Length;

    /// <inheritdoc/>
    public string this[int index] => _ids[index];

    /// <summary>One id.</summary>
    /// <param name="id">The id.</param>
    public static implicit operator OneOrMany(string id) => FromString(id);

    /// <summary>One id.</summary>
    /// <param name="id">The id.</param>
    public static OneOrMany FromString(string id) => new(id);

    /// <inheritdoc/>
    public IEnumerator<string> GetEnumerator() => ((IEnumerable<string>)_ids).GetEnumerator();

    /// <inheritdoc/>
    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
