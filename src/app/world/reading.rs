//! Reading the directory in memory together with sets of the same state of it.

use std::sync::Arc;

use super::find::{Find, Missed};
use super::{App, At, Error, beside};
use crate::atlas::{Members, World};

/// How often it is tried while others write, before they are held off.
const TRIES: usize = 3;

impl App {
    /// Reads the directory with these sets, all as of one state of it, in which everything is that was known to be committed
    /// when this was called. Runs beside the threads that serve.
    pub(crate) async fn see<T, R, const N: usize>(&self, finds: [Find; N], read: R) -> Result<T, Error>
    where
        T: Send + 'static,
        R: FnOnce(&World, &[Arc<Members>; N]) -> T + Send + 'static,
    {
        let read = move |_, world: &World, sets: &[Arc<Members>; N]| read(world, sets);
        self.see_at(finds, read).await.map(|(_, seen)| seen)
    }

    /// The same, with the state that it was.
    pub(crate) async fn see_at<T, R, const N: usize>(
        &self,
        finds: [Find; N],
        read: R,
    ) -> Result<(At, T), Error>
    where
        T: Send + 'static,
        R: FnOnce(At, &World, &[Arc<Members>; N]) -> T + Send + 'static,
    {
        let mut read = read;
        for _ in 0..TRIES {
            let at = self.fresh().await?;
            match self.sets(at, &finds).await {
                Ok(sets) => match self.view(at, sets, read).await? {
                    Ok(seen) => return Ok((at, seen)),
                    Err(again) => read = again,
                },
                Err(Missed::Moved) => {}
                Err(Missed::Failed(error)) => return Err(error),
            }
        }
        self.see_held(finds, read).await
    }

    async fn sets<const N: usize>(&self, at: At, finds: &[Find; N]) -> Result<[Arc<Members>; N], Missed> {
        let mut sets = Vec::with_capacity(N);
        for find in finds {
            sets.push(self.found(at, find).await?);
        }
        Ok(sets.try_into().expect("one for each"))
    }

    /// Reads the directory if it stands there still, else gives the reader back.
    async fn view<T, R, const N: usize>(
        &self,
        at: At,
        sets: [Arc<Members>; N],
        read: R,
    ) -> Result<Result<T, R>, Error>
    where
        T: Send + 'static,
        R: FnOnce(At, &World, &[Arc<Members>; N]) -> T + Send + 'static,
    {
        let atlas = self.atlas.clone();
        beside(move || {
            let held = atlas.read();
            if held.at == Some(at) { Ok(read(at, &held.world, &sets)) } else { Err(read) }
        })
        .await
    }

    /// The same, where writes keep coming: in a transaction that sees none of them, while the directory stands still.
    async fn see_held<T, R, const N: usize>(&self, finds: [Find; N], read: R) -> Result<(At, T), Error>
    where
        T: Send + 'static,
        R: FnOnce(At, &World, &[Arc<Members>; N]) -> T + Send + 'static,
    {
        // Reads everything where it must, which is not to be done within a request.
        self.fresh().await?;
        let _turn = self.atlas.turn.lock().await;
        let newest = self.store.newest().await?;
        let tx = self.store.begin_view().await?;
        let at = self.advance(&tx, newest).await?.ok_or(Error::Timeout)?;
        let mut sets = Vec::with_capacity(N);
        for find in &finds {
            match self.find(at, find, &tx).await {
                Ok(set) => sets.push(Arc::new(set)),
                Err(Missed::Failed(error)) => return Err(error),
                // Nobody else moves it while it is our turn.
                Err(Missed::Moved) => return Err(Error::Timeout),
            }
        }
        let sets = sets.try_into().expect("one for each");
        self.view(at, sets, read).await?.map(|seen| (at, seen)).map_err(|_| Error::Timeout)
    }
}
