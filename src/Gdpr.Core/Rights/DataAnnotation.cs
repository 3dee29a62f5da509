using NodaTime;

namespace Gdpr.Rights;

/// <summary>What a person says of a value that stays as it is: because it cannot be verified, is an opinion, or a law commands to keep it (Art. 16). Personal
/// data.</summary>
/// <param name="DataSet">The data set's path.</param>
/// <param name="NativeKey">The record's key in its source.</param>
/// <param name="Field">The field's id.</param>
/// <param name="Statement">What the person says.</param>
/// <param name="At">When it was put beside the data.</param>
/// <param name="Request">The id of the request by which it came.</param>
public sealed record DataAnnotation(string DataSet, string NativeKey, string Field, string Statement, Instant At, string Request)
{
    /// <summary>The data set and the field: nothing of the record.</summary>
    public override string ToString() => $"{nameof(DataAnnotation)} of {DataSet}.{Field}";
}
