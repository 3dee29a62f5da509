namespace Gdpr.Policies.Json;

/// <summary>JSON pointers (RFC 6901).</summary>
internal static class JsonPointer
{
    /// <summary>The pointer of a member or item of the value at a pointer.</summary>
    public static string Child(string pointer, string name) =>
        $"{pointer}/{name.Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal)}";

    /// <summary>The names and indexes that a pointer goes through.</summary>
    public static IEnumerable<string> Steps(string pointer) =>
        pointer.Split('/').Skip(1).Select(step => step.Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal));

    /// <summary>A pointer, then those of the values around it, from the inside out; without that of the whole document.</summary>
    public static IEnumerable<string> Outwards(string pointer)
    {
        while (pointer.Length > 0)
        {
            yield return pointer;
            pointer = pointer[..Math.Max(pointer.LastIndexOf('/'), 0)];
        }
    }
}
