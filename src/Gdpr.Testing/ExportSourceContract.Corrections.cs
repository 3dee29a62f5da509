using System.Text.Json;
using Gdpr.Sources;

namespace Gdpr.Testing;

/// <content>What a source does that corrects what it holds. One that corrects none of the fields is asked nothing.</content>
public sealed partial class ExportSourceContract
{
    private static readonly JsonElement Right = JsonElement.Parse(""" "å, \"right\" and 'so'" """);

    private static async Task It_corrects_what_is_the_persons_and_nothing_else_of_the_record(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var message = new ExportSourceRecord(1, Anna, Bo, Clerk);
        var (handle, keys) = await OpenAsync(host, ct, message, new ExportSourceRecord(2, Anna, Bo, Clerk)).ConfigureAwait(false);
        if (!Rectifies(handle, "sender-name", "clerk-note"))
        {
            return;
        }

        Expect.Equal(true, await RectifyAsync(handle, keys[0], Anna, ct, "sender-name").ConfigureAwait(false), "The sender's correction");
        Expect.Equal(true, await RectifyAsync(handle, keys[0], Clerk, ct, "clerk-note").ConfigureAwait(false), "The clerk's correction");
        var records = await ExportAsync(handle, ct, Anna, Bo, Clerk).ConfigureAwait(false);
        var (corrected, other) = (records.Single(record => record.NativeKey == keys[0]), records.Single(record => record.NativeKey == keys[1]));
        Expect.Equal(Right.GetString(), corrected.Fields["sender-name"].GetString(), "The sender's name");
        Expect.Equal(Right.GetString(), corrected.Fields["clerk-note"].GetString(), "The clerk's note");
        Expect.Equal(message.Body, corrected.Fields["body"].GetString(), "The body");
        Expect.Equal(message.RecipientName, corrected.Fields["recipient-name"].GetString(), "The recipient's name");
        Expect.Equal("sender of 2", other.Fields["sender-name"].GetString(), "The sender's name in another record");
    }

    private static async Task It_corrects_nothing_where_one_of_the_fields_is_somebody_elses(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var message = new ExportSourceRecord(1, Anna, Bo, Clerk);
        var (handle, keys) = await OpenAsync(host, ct, message).ConfigureAwait(false);
        if (!Rectifies(handle, "sender-name", "recipient-name"))
        {
            return;
        }

        Expect.Equal(false, await RectifyAsync(handle, keys[0], Anna, ct, "sender-name", "recipient-name").ConfigureAwait(false), "The correction");
        Expect.Equal(
            message.SenderName, (await ExportOneAsync(handle, ct, Anna).ConfigureAwait(false)).Fields["sender-name"].GetString(), "The sender's name");
    }

    private static async Task It_corrects_no_record_that_is_not_the_persons(ContractHost<ExportSourceHandle> host, CancellationToken ct)
    {
        var (handle, keys) = await OpenAsync(host, ct, new(1, Anna, Bo, Clerk), new(2, "Anna", null, null)).ConfigureAwait(false);
        if (!Rectifies(handle, "body"))
        {
            return;
        }

        Expect.Equal(false, await RectifyAsync(handle, keys[1], Anna, ct, "body").ConfigureAwait(false), "The correction of another's record");
        Expect.Equal(false, await RectifyAsync(handle, keys[0] + "0", Anna, ct, "body").ConfigureAwait(false), "The correction of no record");
        Expect.Equal(false, await RectifyAsync(handle, "", Anna, ct, "body").ConfigureAwait(false), "The correction of a record without key");
        Expect.Equal("body 2: å, \"quotes\" and \n lines", (await ExportOneAsync(handle, ct, "Anna").ConfigureAwait(false)).Fields["body"].GetString(), "The body");
    }

    private static bool Rectifies(ExportSourceHandle handle, params IReadOnlyList<string> fields) =>
        handle.Source is IRectifySource source && fields.All(field => source.Rectifies(DataSet, field));

    private static async Task<bool> RectifyAsync(ExportSourceHandle handle, string key, string person, CancellationToken ct, params IReadOnlyList<string> fields) =>
        await ((IRectifySource)handle.Source).RectifyAsync(
            new Rectification(DataSet, key, [person], fields.ToDictionary(field => field, _ => Right)), ct).ConfigureAwait(false);
}
