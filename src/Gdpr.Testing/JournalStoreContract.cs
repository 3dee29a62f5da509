using Gdpr.Journals;

namespace Gdpr.Testing;

/// <summary>What every <see cref="IJournalStore"/> does.</summary>
public sealed partial class JournalStoreContract : ContractSuite<IJournalStore>
{
    /// <summary>Makes the suite.</summary>
    /// <param name="newHost">Makes an empty store somewhere; called once per case.</param>
    public JournalStoreContract(Func<ContractHost<IJournalStore>> newHost)
        : base(newHost)
    {
        AddAppending();
        AddReading();
        AddConcurrency();
        AddCheckpoints();
    }

    private void AddAppending()
    {
        Add(An_empty_journal_has_nothing);
        Add(The_first_entry_of_a_stream_has_version_1_and_follows_zeros);
        Add(Entries_are_sealed_as_the_journal_hash_says);
        Add(What_was_appended_is_read_back_member_by_member);
        Add(The_expected_version_must_be_the_last);
        Add(Any_version_appends_after_whatever_is_there);
        Add(A_batch_without_entries_is_refused);
        Add(A_version_that_can_never_be_is_refused);
        Add(A_batch_with_an_entry_that_cannot_be_kept_leaves_nothing);
        Add(An_entry_with_half_a_surrogate_pair_is_refused);
        Add(Instants_are_kept_to_100_nanoseconds);
        Add(Instants_long_ago_and_far_ahead_are_kept);
        Add(Unicode_is_kept_as_it_is);
        Add(Large_data_is_kept);
        Add(A_large_batch_is_kept);
        Add(A_cancelled_append_writes_nothing);
        Add(A_transaction_that_is_not_the_stores_is_refused);
        Add(Many_streams_are_appended_to_each_at_its_own_version);
        Add(Of_many_streams_one_in_conflict_is_left_out_and_nothing_else);
        Add(Of_many_streams_nothing_is_written_where_it_is_cancelled);
    }

    private void AddReading()
    {
        Add(Streams_are_apart_whatever_their_names);
        Add(A_stream_is_read_after_a_version);
        Add(The_journal_is_read_after_a_position);
        Add(Positions_ascend_over_all_streams);
        Add(The_head_is_the_last_entry);
        Add(A_reading_that_is_broken_off_harms_nothing);
        Add(Whoever_reads_may_append_meanwhile);
        Add(A_cancelled_reading_throws);
        Add(Preparing_again_changes_nothing);
        Add(Another_handle_sees_everything);
    }

    private void AddConcurrency()
    {
        Add(Parallel_appenders_to_one_stream_lose_and_double_nothing);
        Add(Of_parallel_appenders_that_expect_the_same_version_one_wins);
        Add(Parallel_appenders_to_many_streams_lose_and_double_nothing);
        Add(A_reader_that_follows_misses_nothing);
    }

    private void AddCheckpoints()
    {
        Add(Checkpoints_are_kept_in_order);
        Add(A_checkpoint_that_does_not_follow_the_last_is_refused);
        Add(Of_parallel_checkpoints_of_one_number_one_wins);
        Add(Nothing_has_expired_at_first);
        Add(Expiry_removes_the_prefix_and_keeps_its_base);
        Add(An_expired_stream_goes_on_where_it_was);
        Add(Expiry_up_to_an_unknown_checkpoint_is_refused);
        Add(Expiry_without_a_checkpoint_is_refused);
        Add(A_prefix_expires_after_another);
        Add(A_cancelled_expiry_removes_nothing);
    }
}
