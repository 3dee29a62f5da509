namespace Gdpr.Sources;

/// <summary>A source that says what it disposes of in places that another source might work in as well, such as tables of a database.</summary>
/// <remarks>What one source knows of its records, holds above all, another does not: two that share a table are refused when they are prepared.</remarks>
public interface IClaimingSource : IPersonalDataSource
{
    /// <summary>What the source disposes of, as it was found when the source was prepared last, such as <c>table 'customers' of /data/crm.db</c>. The same thing has the
    /// same name, whoever names it.</summary>
    IReadOnlyList<string> Claims { get; }

    /// <summary>What both this source and another dispose of: by their names alone, unless the source knows better.</summary>
    /// <param name="other">The other source, prepared before.</param>
    IEnumerable<string> ClaimsSharedWith(IClaimingSource other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Claims.Intersect(other.Claims, StringComparer.Ordinal);
    }
}
